// Apollo's gateway in front of a supergraph, served over HTTP.
import { createHash } from "node:crypto";
import { ApolloGateway } from "@apollo/gateway";
import { print } from "graphql";
import { serve } from "./serve.js";

// Otherwise the gateway sends data about its environment to Apollo.
process.env.APOLLO_TELEMETRY_DISABLED = "true";

const logger = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** Serves a supergraph; `buildService` creates the data source of each subgraph. */
export async function startGateway(supergraphSdl, buildService) {
  const gateway = new ApolloGateway({ supergraphSdl, buildService, logger });
  const { schema, executor } = await gateway.load();

  const context = ({ headers, raw }) => {
    const { authorization, "user-agent": userAgent } = headers;
    return { caller: { authorization, "user-agent": userAgent, "x-forwarded-for": raw.socket.remoteAddress } };
  };
  const execute = ({ document, operationName, variableValues, contextValue }) =>
    executor({
      document,
      request: { operationName, variables: variableValues },
      queryHash: createHash("sha256").update(print(document)).digest("hex"),
      context: contextValue,
      logger,
      metrics: {},
    });
  const { endpoint, stop } = await serve({ schema, context, execute });
  return { endpoint, stop: () => stop().then(() => gateway.stop()) };
}
