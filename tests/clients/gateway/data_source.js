// What asks the subgraphs for the gateway: Latchkey hears who is asking, and nobody else is handed the token.
import { RemoteGraphQLDataSource } from "@apollo/gateway";

class WithBearer extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set("authorization", context.authorization);
  }
}

export const buildService = ({ name, url }) =>
  name === "latchkey" ? new WithBearer({ url }) : new RemoteGraphQLDataSource({ url });
