// The first tab holds what a newcomer tries first; what is secret stands among the variables.
const query = `# Welcome to Latchkey. Run these in turn.

mutation Register($newcomer: RegisterInput!) {
  register(input: $newcomer) {
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

# Put the access token into the headers:
# { "authorization": "Bearer …" }
query Profile {
  profile { id email displayName createdAt }
}
`;

const password = "correct horse battery";
const variables = JSON.stringify(
  { newcomer: { email: "ada@example.com", password }, credentials: { identifier: "ada@example.com", password } },
  null,
  2,
);

// Relative to this page, which a proxy may show below a prefix.
const fetcher = GraphiQL.createFetcher({ url: new URL("graphql", document.baseURI).href });
const page = React.createElement(GraphiQL, {
  fetcher,
  defaultTabs: [{ query, headers: "" }],
  variables: sessionStorage.getItem("graphiql:variables") ?? variables,
  defaultEditorToolsVisibility: "variables",
  // Neither passwords nor tokens are for a disk.
  storage: sessionStorage,
  shouldPersistHeaders: false,
});
ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
