// Sends requests to the subgraphs. Latchkey receives the caller's credentials; other subgraphs do not.
import { RemoteGraphQLDataSource } from "@apollo/gateway";

class WithCaller extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const [name, value] of Object.entries(context.caller ?? {})) if (value) request.http.headers.set(name, value);
  }
}

export const buildService = ({ name, url }) =>
  name === "latchkey" ? new WithCaller({ url }) : new RemoteGraphQLDataSource({ url });
