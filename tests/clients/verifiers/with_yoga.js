// A Yoga server that authenticates callers by their access tokens.
import { createSchema, createYoga } from "graphql-yoga";
import { createRemoteJwksSigningKeyProvider, useJWT } from "@graphql-yoga/plugin-jwt";

const accessTokens = (issuer, audience, jwksUri = `${issuer}/.well-known/jwks.json`) =>
  useJWT({
    signingKeyProviders: [createRemoteJwksSigningKeyProvider({ jwksUri, cacheMaxAge: 300_000 })],
    tokenVerification: { issuer, audience, algorithms: ["ES256", "RS256"] },
  });

const schema = createSchema({
  typeDefs: "type Query { me: ID! }",
  resolvers: { Query: { me: (_, __, { jwt }) => jwt.payload.sub } },
});

/** A server that expects these tokens; its `fetch` asks it. */
export const yoga = (...expected) => createYoga({ schema, plugins: [accessTokens(...expected)], logging: false });
