// The first tab has the first operations to try. Secrets are in the variables.
const query = `# Welcome to Latchkey. Run these operations one after the other.

mutation Register($user: RegisterInput!) {
  register(input: $user) {
    ... on RegisterSuccess { user { id email } }
    ... on UserError { code message }
    ... on ValidationFailed {
      violations { path message }
    }
  }
}

mutation Login($credentials: LoginInput!) {
  login(input: $credentials) {
    ... on LoginSuccess { tokens { accessToken } }
    ... on UserError { code message }
  }
}

# Put the access token in the headers:
# { "authorization": "Bearer …" }
query Profile {
  profile { id email displayName createdAt }
}
`;

const password = "correct horse battery";
const variables = JSON.stringify(
  { user: { email: "ada@example.com", password }, credentials: { identifier: "ada@example.com", password } },
  null,
  2,
);

// Relative to this page: a proxy may serve it under a path.
const fetcher = GraphiQL.createFetcher({ url: new URL("graphql", document.baseURI).href });
const page = React.createElement(GraphiQL, {
  fetcher,
  defaultTabs: [{ query, headers: "" }],
  variables: sessionStorage.getItem("graphiql:variables") ?? variables,
  defaultEditorToolsVisibility: "variables",
  // Passwords and tokens must not be stored on disk.
  storage: sessionStorage,
  shouldPersistHeaders: false,
});
ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
