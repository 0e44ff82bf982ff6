// The same typed documents, sent by Apollo Client and by urql.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client/core";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { cacheExchange, createClient, fetchExchange } from "@urql/core";
import { readFileSync } from "node:fs";
import { buildSchema, isAbstractType } from "graphql";

export interface Client {
  ask<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<{ data: Data | undefined; codes: string[] }>;
}

const isMutation = (document: TypedDocumentNode<any, any>) =>
  document.definitions.some((definition) => definition.kind === "OperationDefinition" && definition.operation === "mutation");

/** The possible types of each union and interface, for Apollo's cache. */
const possibleTypes = (sdl: string) => {
  const schema = buildSchema(sdl);
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]));
};

export const apollo = (endpoint: string, schemaFile: string, token?: string, fetched = fetch): Client => {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const client = new ApolloClient({
    link: ApolloLink.from([new HttpLink({ uri: endpoint, headers, fetch: fetched })]),
    cache: new InMemoryCache({ possibleTypes: possibleTypes(readFileSync(schemaFile, "utf8")) }),
  });
  return {
    async ask(document, variables) {
      const result = isMutation(document)
        ? await client.mutate<any, any>({ mutation: document, variables, errorPolicy: "all" })
        : await client.query<any, any>({ query: document, variables, errorPolicy: "all", fetchPolicy: "network-only" });
      const errors = CombinedGraphQLErrors.is(result.error) ? result.error.errors : [];
      return { data: result.data as any, codes: errors.map((error) => String(error.extensions?.["code"])) };
    },
  };
};

export const urql = (endpoint: string, _schemaFile: string, token?: string, fetched?: typeof fetch): Client => {
  const client = createClient({
    url: endpoint,
    preferGetMethod: false,
    exchanges: [cacheExchange, fetchExchange],
    ...(fetched && { fetch: fetched }),
    fetchOptions: token ? { headers: { authorization: `Bearer ${token}` } } : {},
  });
  return {
    async ask(document, variables) {
      const operation = isMutation(document)
        ? client.mutation<any, any>(document, variables)
        : client.query<any, any>(document, variables, { requestPolicy: "network-only" });
      const result = await operation.toPromise();
      const errors = result.error?.graphQLErrors ?? [];
      return { data: result.data as any, codes: errors.map((error) => String(error.extensions?.["code"])) };
    },
  };
};
