// A fetch for any client: it sends the access token along and, when that has expired, gets the next pair and asks again.
export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** Where the tokens of this device are kept; null when nobody is logged in. */
export interface Keep {
  tokens: Tokens | null;
}

const REFRESH = `mutation Refresh($input: RefreshTokenInput!) {
  refreshToken(input: $input) { __typename ... on RefreshTokenSuccess { tokens { accessToken refreshToken } } }
}`;

export const refreshing = (endpoint: string, keep: Keep): typeof fetch => {
  let turn: Promise<void> | undefined;

  const send = (input: RequestInfo | URL, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (keep.tokens) headers.set("authorization", `Bearer ${keep.tokens.accessToken}`);
    return fetch(input, { ...init, headers });
  };

  const refresh = async () => {
    const body = JSON.stringify({ query: REFRESH, variables: { input: { refreshToken: keep.tokens?.refreshToken } } });
    const headers = { "content-type": "application/json" };
    const { data } = await (await fetch(endpoint, { method: "POST", headers, body })).json();
    if (data?.refreshToken.__typename === "RefreshTokenSuccess") keep.tokens = data.refreshToken.tokens;
    if (data?.refreshToken.__typename === "RefreshRejected") keep.tokens = null; // Log in again.
  };

  return async (input, init) => {
    const response = await send(input, init);
    const { errors = [] } = await response.clone().json().catch(() => ({}));
    const reasons = errors.map(({ extensions }: any) => extensions?.reason);
    const isOver = reasons.some((reason: string) => reason === "EXPIRED" || reason === "INVALID"); // Other keys may sign now.
    if (reasons.includes("REVOKED")) keep.tokens = null; // Logged out, here or elsewhere.
    if (!isOver || !keep.tokens) return response;

    await (turn ??= refresh().finally(() => (turn = undefined))); // Requests that expire together refresh once.
    return send(input, init);
  };
};
