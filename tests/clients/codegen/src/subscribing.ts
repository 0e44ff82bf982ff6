// Subscriptions by graphql-ws: each connection begins with an access token that is good at that moment.
import { createClient } from "graphql-ws";
import { refreshing, type Keep } from "./refreshing.js";

export const subscribing = (endpoint: string, keep: Keep, webSocketImpl?: unknown) => {
  const ask = refreshing(endpoint, keep);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query: "{ profile { id } }" });

  return createClient({
    url: endpoint.replace(/^http/, "ws"),
    webSocketImpl, // Browsers have their own.
    connectionParams: async () => {
      await ask(endpoint, { method: "POST", headers, body }); // Refreshes, if it is time.
      return keep.tokens ? { authorization: `Bearer ${keep.tokens.accessToken}` } : {};
    },
    shouldRetry: () => keep.tokens !== null,
  });
};
