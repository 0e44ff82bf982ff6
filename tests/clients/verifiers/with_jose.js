// Verifies access tokens with jose.
import { createRemoteJWKSet, jwtVerify } from "jose";

export const verifier = (issuer, audience, jwks = `${issuer}/.well-known/jwks.json`) => {
  const keys = createRemoteJWKSet(new URL(jwks), { cacheMaxAge: 300_000, cooldownDuration: 2_000 });
  const expected = { issuer, audience, typ: "at+jwt", algorithms: ["EdDSA", "ES256", "RS256"] };

  /** What a good token says; of any other one, why not. */
  return async (token) => (await jwtVerify(token, keys, expected)).payload;
};
