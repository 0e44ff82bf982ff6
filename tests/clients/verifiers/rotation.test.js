// The signing key turns while tokens are verified, and no good one is refused.
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

/** Whether each of them accepts a token. */
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
    "jose, left alone": (token) => accepted(jwtVerify(token, keys)),
  };
};

test("nobody refuses a good token, except jose where its cooldown is not made shorter", async () => {
  const judges = Object.entries(verifiers());
  const ada = await registered(latchkey, "ada");
  // One session may not be refreshed as often.
  const others = [await registered(latchkey, "bob"), await registered(latchkey, "eve")];
  const { "no such key": stranger } = await bad(latchkey, ada.token);
  const kid = (token) => decodeProtectedHeader(token).kid;
  const refused = Object.fromEntries(judges.map(([name]) => [name, 0]));
  let verified = 0;

  /** Verifies the oldest token and the newest one, and one that sends everybody after a key that is not there. */
  const look = async () => {
    await pause(100);
    const newest = await others[verified % 4 === 0 ? 0 : 1].renew();
    for (const [name, accepts] of judges) {
      assert.equal(await accepts(stranger), false, name);
      for (const token of [ada.token, newest]) refused[name] += !(await accepts(token));
    }
    verified += 2;
    return kid(newest);
  };

  for (let round = 0; round < 20; round++) assert.equal(await look(), kid(ada.token));
  const [next] = latchkey.command("keys", "rotate", "--now").split(" ");
  const begun = Date.now();
  while ((await look()) !== next) assert.ok(Date.now() - begun < 10_000, "the new key does not sign");
  for (let round = 0; round < 30; round++) assert.equal(await look(), next);

  const { "jose, left alone": leftAlone, ...judged } = refused;
  assert.deepEqual(judged, { jose: 0, PyJWT: 0, Yoga: 0 }, `of ${verified}`);
  assert.ok(leftAlone > 0, "it has learned better");
});
