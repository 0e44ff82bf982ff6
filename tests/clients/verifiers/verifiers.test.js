// Libraries verify access tokens with the published keys: they accept valid tokens and reject all others.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLatchkey } from "../latchkey.js";
import { python } from "../python.js";
import { run } from "../run.js";
import { bad, registered, verifyToken } from "./tokens.js";
import { verifier } from "./with_jose.js";
import { yoga } from "./with_yoga.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const issuer = "https://accounts.example.com";
const audience = "latchkey";

/** For each invalid token: the reason of Latchkey, the errors of jose and PyJWT, and the status of Yoga's response. */
const table = {
  "a changed signature": ["INVALID", "signature verification failed", "InvalidSignatureError", 401],
  "other claims under the same signature": ["INVALID", "signature verification failed", "InvalidSignatureError", 401],
  "another key": ["INVALID", "signature verification failed", "InvalidSignatureError", 401],
  "its own key": ["INVALID", "signature verification failed", "InvalidSignatureError", 401],
  "unknown key id": ["INVALID", "no applicable key found in the JSON Web Key Set", "PyJWKClientError", 500],
  "the public key as a secret, PEM": ["INVALID", '"alg" (Algorithm) Header Parameter value not allowed', "InvalidAlgorithmError", 401],
  "the public key as a secret, DER": ["INVALID", '"alg" (Algorithm) Header Parameter value not allowed', "InvalidAlgorithmError", 401],
  "the public key as a secret, JWK": ["INVALID", '"alg" (Algorithm) Header Parameter value not allowed', "InvalidAlgorithmError", 401],
  "no algorithm": ["INVALID", '"alg" (Algorithm) Header Parameter value not allowed', "InvalidAlgorithmError", 401],
  "no algorithm, and a signature": ["INVALID", '"alg" (Algorithm) Header Parameter value not allowed', "InvalidAlgorithmError", 401],
  "another audience": ["INVALID", 'unexpected "aud" claim value', "InvalidAudienceError", 401],
  "another issuer": ["INVALID", 'unexpected "iss" claim value', "InvalidIssuerError", 401],
  "an hour ago": ["EXPIRED", '"exp" claim timestamp check failed', "ExpiredSignatureError", 401],
  // Yoga's plugin does not check the type.
  "another type": ["INVALID", 'unexpected "typ" JWT header value', "InvalidTokenError", 200],
};
const column = (which) => Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row[which]]));

let installed;
before(() => (installed = python(here)), { timeout: 300_000 });

for (const algorithm of ["EdDSA", "ES256", "RS256"]) {
  describe(algorithm, () => {
    let latchkey, expected, ada, tokens;
    before(async () => {
      latchkey = await startLatchkey({ ALGORITHM: algorithm, TOKEN_ISSUER: issuer });
      expected = [issuer, audience, `${latchkey.url}/.well-known/jwks.json`];
      ada = await registered(latchkey, "ada");
      tokens = await bad(latchkey, ada.token);
    });
    after(() => latchkey?.stop());

    const isAda = ({ iat, exp, jti, ...claims }) => {
      assert.deepEqual(claims, { iss: issuer, aud: [audience], sub: ada.id, sid: ada.sid, client_id: "latchkey", email_verified: false });
      assert.equal(exp - iat, 900);
      assert.match(jti, /^[0-9a-f-]{36}$/);
    };
    const ofInvalidTokens = async (judge) => {
      const verdicts = Object.entries(tokens).map(async ([name, token]) => [name, await judge(token)]);
      return Object.fromEntries(await Promise.all(verdicts));
    };

    test("Latchkey accepts only the valid token", async () => {
      assert.deepEqual(await verifyToken(latchkey, ada.token), { valid: true, reason: null });
      assert.deepEqual(await ofInvalidTokens(async (token) => (await verifyToken(latchkey, token)).reason), column(0));
    });

    test("jose accepts only the valid token", async () => {
      const verified = verifier(...expected);
      isAda(await verified(ada.token));
      const verdict = (token) => verified(token).then(() => "accepted", ({ message }) => message);
      assert.deepEqual(await ofInvalidTokens(verdict), column(1));
    });

    test("PyJWT accepts only the valid token", () => {
      const input = [ada.token, ...Object.values(tokens)].join("\n");
      const output = run(installed("python"), ["check_tokens.py", ...expected], { cwd: here, input });
      const [good, ...others] = output.trim().split("\n").map((line) => JSON.parse(line));
      isAda(good);
      assert.deepEqual(Object.fromEntries(Object.keys(tokens).map((name, which) => [name, others[which]])), column(2));
    });

    test(algorithm === "EdDSA" ? "Yoga's plugin does not support EdDSA" : "Yoga accepts only the valid token", async () => {
      const { fetch } = yoga(...expected);
      const ask = (token) => {
        const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
        return fetch("http://reviews.example/graphql", { method: "POST", headers, body: '{"query":"{ me }"}' });
      };
      const answer = await ask(ada.token);
      if (algorithm === "EdDSA") return assert.equal(answer.status, 401);
      assert.deepEqual(await answer.json(), { data: { me: ada.id } });
      assert.deepEqual(await ofInvalidTokens(async (token) => (await ask(token)).status), column(3));
    });

    test("a token of an ended session passes offline verification, and verifyToken rejects it", async () => {
      const bob = await registered(latchkey, "bob");
      await bob.logOut();
      assert.equal((await verifyToken(latchkey, bob.token)).reason, "REVOKED");
      assert.equal((await verifier(...expected)(bob.token)).sub, bob.id);
    });
  });
}
