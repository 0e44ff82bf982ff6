// A `fetch` for any client: it sends the access token and, if the token has expired, refreshes it and sends the request again.
export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** Stores the tokens of this device; null if no user is logged in. */
export interface TokenStore {
  tokens: Tokens | null;
}

const REFRESH = `mutation Refresh($input: RefreshTokenInput!) {
  refreshToken(input: $input) { __typename ... on RefreshTokenSuccess { tokens { accessToken refreshToken } } }
}`;

export const refreshingFetch = (endpoint: string, store: TokenStore): typeof fetch => {
  let refreshing: Promise<void> | undefined;

  const send = (input: RequestInfo | URL, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (store.tokens) headers.set("authorization", `Bearer ${store.tokens.accessToken}`);
    return fetch(input, { ...init, headers });
  };

  const refresh = async () => {
    const body = JSON.stringify({ query: REFRESH, variables: { input: { refreshToken: store.tokens?.refreshToken } } });
    const headers = { "content-type": "application/json" };
    const { data } = await (await fetch(endpoint, { method: "POST", headers, body })).json();
    if (data?.refreshToken.__typename === "RefreshTokenSuccess") store.tokens = data.refreshToken.tokens;
    if (data?.refreshToken.__typename === "RefreshRejected") store.tokens = null; // Log in again.
  };

  return async (input, init) => {
    const used = store.tokens?.accessToken;
    const response = await send(input, init);
    const { errors = [] } = await response.clone().json().catch(() => ({}));
    const reasons = errors.map(({ extensions }: any) => extensions?.reason);
    const expired = reasons.some((reason: string) => reason === "EXPIRED" || reason === "INVALID"); // Keys may have changed.
    if (reasons.includes("REVOKED")) store.tokens = null; // The session ended.
    if (!expired || !store.tokens) return response;

    // Simultaneous requests refresh once: another one may be refreshing, or may have refreshed already.
    if (store.tokens.accessToken === used) await (refreshing ??= refresh().finally(() => (refreshing = undefined)));
    return send(input, init);
  };
};
