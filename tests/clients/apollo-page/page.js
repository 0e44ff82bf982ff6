// Apollo Client in a page: forms send mutations, and the page shows the data in the cache.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { SetContextLink } from "@apollo/client/link/context";
import { linkedToken } from "../codegen/src/linked.ts";

let token;
const withToken = new SetContextLink(({ headers }) => ({ headers: token ? { ...headers, authorization: `Bearer ${token}` } : headers }));

const client = new ApolloClient({
  link: ApolloLink.from([withToken, new HttpLink({ uri: ENDPOINT })]),
  cache: new InMemoryCache({ possibleTypes: POSSIBLE_TYPES }),
});

const REGISTER = gql`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      ... on RegisterSuccess { tokens { accessToken } }
      ... on UserError { code message }
    }
  }
`;
const LOGIN = gql`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      ... on LoginSuccess { tokens { accessToken } }
      ... on UserError { code message }
    }
  }
`;
const PROFILE = gql`
  query Profile {
    profile { id email displayName }
  }
`;
const UPDATE_PROFILE = gql`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      ... on UpdateProfileSuccess { user { id displayName } }
      ... on UserError { code message }
    }
  }
`;

const FORGOTTEN = gql`
  mutation RequestPasswordReset($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      ... on RequestPasswordResetSuccess { email }
      ... on UserError { code message }
    }
  }
`;
const RESET = gql`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      ... on ResetPasswordSuccess { endedSessions }
      ... on UserError { code message }
    }
  }
`;
const VERIFY = gql`
  mutation VerifyEmail($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      ... on VerifyEmailSuccess { user { id email } }
      ... on UserError { code message }
    }
  }
`;

const find = (selector) => document.querySelector(selector);
const show = (message) => (find("[role=alert]").textContent = message);

const profile = client.watchQuery({ query: PROFILE, notifyOnNetworkStatusChange: false });
profile.subscribe(({ data, error }) => {
  if (error) show(CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : `${error.name}: ${error.message}`);
  find("section").hidden = !data?.profile;
  find("h2").textContent = data?.profile?.displayName ?? "No name yet";
  find("#email").textContent = data?.profile?.email;
});

/** Registers or logs in. The profile is fetched again, since another user may be logged in now. */
const logIn = async (mutation, input) => {
  const update = (cache) => cache.evict({ fieldName: "profile" });
  const { data } = await client.mutate({ mutation, variables: { input }, update });
  const outcome = data.register ?? data.login;
  show(outcome.message ?? "");
  if (outcome.tokens) {
    token = outcome.tokens.accessToken;
    await profile.refetch();
  }
};

find("#credentials").addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  if (event.submitter.name === "forgotten") forget(email);
  else if (event.submitter.name === "register") logIn(REGISTER, { email, password });
  else logIn(LOGIN, { identifier: email, password });
});

find("#change").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = Object.fromEntries(new FormData(event.target));
  const { data } = await client.mutate({ mutation: UPDATE_PROFILE, variables: { input } });
  show(data.updateProfile.message ?? "");
});

const forget = async (email) => {
  const { data } = await client.mutate({ mutation: FORGOTTEN, variables: { input: { email } } });
  show(data.requestPasswordReset.message ?? `If there is an account, a mail is on its way to ${email}.`);
};

// A link from a mail leads here. Its token is used only after a click, since link scanners open links, too.
const linked = linkedToken();
find("#reset").hidden = !(linked && location.pathname === "/reset-password");
find("#verify").hidden = !(linked && location.pathname === "/verify-email");

find("#reset").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = { token: linked, ...Object.fromEntries(new FormData(event.target)) };
  const { data } = await client.mutate({ mutation: RESET, variables: { input } });
  show(data.resetPassword.message ?? "Log in with your new password.");
});

find("#verify").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = { token: linked, ...Object.fromEntries(new FormData(event.target)) };
  const { data } = await client.mutate({ mutation: VERIFY, variables: { input } });
  show(data.verifyEmail.message ?? `${data.verifyEmail.user.email} is yours.`);
});
