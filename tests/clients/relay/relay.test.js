// Relay: its compiler reads the committed schema, its runtime sends requests to a running server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLatchkey } from "../latchkey.js";
import { build } from "./build.js";

let latchkey, accounts, connect;
before(async () => {
  await build();
  ({ accounts } = await import("./dist/accounts.mjs"));
  ({ connect } = await import("./dist/environment.mjs"));
  latchkey = await startLatchkey();
}, { timeout: 240_000 });
after(() => latchkey?.stop());

const password = "correct horse battery";

/** Registers a user, and returns an application that is logged in. */
const loggedIn = async (email) => {
  const anonymous = accounts(connect(latchkey.endpoint));
  const { register } = await anonymous.register({ input: { email, password } });
  const { login } = await anonymous.login({ input: { identifier: email, password } });
  return { id: register.user.id, app: accounts(connect(latchkey.endpoint, login.tokens.accessToken)) };
};

test("a user registers, logs in and sees a profile", async () => {
  const { app, id } = await loggedIn("ada@example.com");
  const { profile } = await app.profile();
  const { createdAt, ...card } = app.shown(profile.value);
  assert.deepEqual(card, { id, email: "ada@example.com", displayName: null });
  assert.ok(Date.now() - Date.parse(createdAt) < 60_000, createdAt);
});

test("a failure has the fields of the interface and its own fields", async () => {
  const anonymous = accounts(connect(latchkey.endpoint));
  const { register } = await anonymous.register({ input: { email: "no address", password } });
  assert.deepEqual([register.code, register.violations], ["VALIDATION_FAILED", [{ path: ["input", "email"], rule: "FORMAT" }]]);
  const { login } = await anonymous.login({ input: { identifier: "unknown", password } });
  assert.deepEqual([login.__typename, login.code], ["InvalidCredentials", "INVALID_CREDENTIALS"]);
});

test("without a token the profile is a field error, which @catch returns", async () => {
  const { profile } = await accounts(connect(latchkey.endpoint)).profile();
  assert.deepEqual(profile.errors[0].extensions, { code: "UNAUTHENTICATED", reason: "MISSING" });
});

test("the result of a mutation updates the user in the store", async () => {
  const { app } = await loggedIn("grace@example.com");
  const { profile } = await app.profile();
  await app.updateProfile({ input: { displayName: "Grace" } });
  assert.equal(app.shown(profile.value).displayName, "Grace");
});

test("a fragment is refetched by its id", async () => {
  const { app, id } = await loggedIn("hedy@example.com");
  const { node } = await app.refetch(id);
  assert.equal(app.shown(node).email, "hedy@example.com");
});

test("with the compiler's persisted documents, an id is enough", async () => {
  const closed = await startLatchkey({ TRUSTED_DOCUMENTS: fileURLToPath(new URL("dist/persisted.json", import.meta.url)) });
  try {
    const app = accounts(connect(closed.endpoint, undefined, "id"));
    const { register } = await app.register({ input: { username: "joan", password } });
    assert.equal(register.__typename, "RegisterSuccess");
  } finally {
    await closed.stop();
  }
});
