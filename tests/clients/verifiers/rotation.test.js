// The signing key is rotated while tokens are verified, and no valid token is rejected.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { startLatchkey } from "../latchkey.js";
import { python } from "../python.js";
import { bad, registered } from "./tokens.js";
import { verifier } from "./with_jose.js";
import { yoga } from "./with_yoga.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const issuer = "https://accounts.example.com";

let latchkey, expected, child;
before(async () => {
  const installed = python(here);
  latchkey = await startLatchkey({ ALGORITHM: "ES256", TOKEN_ISSUER: issuer });
  expected = [issuer, "latchkey", `${latchkey.url}/.well-known/jwks.json`];
  child = spawn(installed("python"), ["check_tokens.py", ...expected], { cwd: here, stdio: ["pipe", "pipe", "inherit"] });
}, { timeout: 300_000 });
after(() => {
  child?.kill();
  return latchkey?.stop();
});

/** By name, a function that returns whether the library accepts a token. */
const verifiers = () => {
  const jose = verifier(...expected);
  const keys = createRemoteJWKSet(new URL(expected[2]));
  const server = yoga(...expected);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const accepted = (verifying) => verifying.then(() => true, () => false);
  return {
    jose: (token) => accepted(jose(token)),
    PyJWT: async (token) => {
      child.stdin.write(`${token}\n`);
      return typeof JSON.parse((await lines.next()).value) === "object";
    },
    Yoga: async (token) => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const response = await server.fetch("http://reviews.example/graphql", { method: "POST", headers, body: '{"query":"{ me }"}' });
      return response.status === 200;
    },
    "jose, default cooldown": (token) => accepted(jwtVerify(token, keys)),
  };
};

test("no library rejects a valid token, except jose with its default cooldown", async () => {
  const libraries = Object.entries(verifiers());
  const ada = await registered(latchkey, "ada");
  // Two sessions, since the refreshes of one session are limited.
  const others = [await registered(latchkey, "bob"), await registered(latchkey, "eve")];
  const { "unknown key id": unknown } = await bad(latchkey, ada.token);
  const kid = (token) => decodeProtectedHeader(token).kid;
  const refused = Object.fromEntries(libraries.map(([name]) => [name, 0]));
  let verified = 0;

  /** Verifies the oldest token, the newest one, and one with an unknown key id, which makes the libraries fetch the keys. */
  const verifyAll = async () => {
    await pause(100);
    const newest = await others[verified % 4 === 0 ? 0 : 1].renew();
    for (const [name, accepts] of libraries) {
      assert.equal(await accepts(unknown), false, name);
      for (const token of [ada.token, newest]) refused[name] += !(await accepts(token));
    }
    verified += 2;
    return kid(newest);
  };

  for (let round = 0; round < 20; round++) assert.equal(await verifyAll(), kid(ada.token));
  const [next] = latchkey.command("keys", "rotate", "--now").split(" ");
  const begun = Date.now();
  while ((await verifyAll()) !== next) assert.ok(Date.now() - begun < 10_000, "the new key does not sign");
  for (let round = 0; round < 30; round++) assert.equal(await verifyAll(), next);

  const { "jose, default cooldown": byDefault, ...results } = refused;
  assert.deepEqual(results, { jose: 0, PyJWT: 0, Yoga: 0 }, `of ${verified}`);
  assert.ok(byDefault > 0, "jose now accepts new keys by default, so the documentation can be simplified");
});
