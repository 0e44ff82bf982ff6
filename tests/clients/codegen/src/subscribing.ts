// Subscriptions with graphql-ws: each connection starts with a valid access token.
import { createClient } from "graphql-ws";
import { refreshingFetch, type TokenStore } from "./refreshing.js";

export const subscribing = (endpoint: string, store: TokenStore, webSocketImpl?: unknown) => {
  const authenticatedFetch = refreshingFetch(endpoint, store);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query: "{ profile { id } }" });

  return createClient({
    url: endpoint.replace(/^http/, "ws"),
    webSocketImpl, // Browsers have their own.
    connectionParams: async () => {
      await authenticatedFetch(endpoint, { method: "POST", headers, body }); // Refreshes the tokens if they have expired.
      return store.tokens ? { authorization: `Bearer ${store.tokens.accessToken}` } : {};
    },
    shouldRetry: () => store.tokens !== null,
  });
};
