// Verifies access tokens with jose.
import { createRemoteJWKSet, jwtVerify } from "jose";

export const verifier = (issuer, audience, jwks = `${issuer}/.well-known/jwks.json`) => {
  const keys = createRemoteJWKSet(new URL(jwks), { cacheMaxAge: 300_000, cooldownDuration: 2_000 });
  const expected = { issuer, audience, typ: "at+jwt", algorithms: ["EdDSA", "ES256", "RS256"] };

  /** Returns the claims of a valid token; throws for any other. */
  return async (token) => (await jwtVerify(token, keys, expected)).payload;
};
