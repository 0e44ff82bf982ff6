// The lines that docs/frontends.md shows, in a file where they compile.
import type { LoginMutation } from "./gql/graphql.js";
import type { TokenStore } from "./refreshing.js";
import { succeeded } from "./succeeded.js";

export const keepTokens = (data: LoginMutation, store: TokenStore) => {
  const { tokens } = succeeded(data.login, "LoginSuccess"); // or throws Refused, with the message to show
  store.tokens = tokens;
};
