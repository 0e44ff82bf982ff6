// Subscriptions by graphql-ws: each connection begins with the access token as it is at that moment.
import { createClient } from "graphql-ws";
import type { Keep } from "./refreshing.js";

export const subscribing = (endpoint: string, keep: Keep, webSocketImpl?: unknown) =>
  createClient({
    url: endpoint.replace(/^http/, "ws"),
    webSocketImpl, // Browsers have their own.
    connectionParams: () => ({ authorization: `Bearer ${keep.tokens?.accessToken}` }),
  });
