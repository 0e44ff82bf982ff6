// The lines that the README shows, in a place where they compile.
import type { LoginMutation } from "./gql/graphql.js";
import type { Keep } from "./refreshing.js";
import { succeeded } from "./succeeded.js";

export const keepTokens = (data: LoginMutation, keep: Keep) => {
  const { tokens } = succeeded(data.login, "LoginSuccess"); // or throws Refused, with the message to show
  keep.tokens = tokens;
};
