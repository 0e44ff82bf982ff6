// Typed operations, generated from the committed schema, against a running server, with the tools of frontends.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { print } from "graphql";
import { WebSocket } from "ws";
import { startLatchkey } from "../latchkey.js";
import { startMailServer } from "../mail.js";
import { runInstalled } from "../run.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const schemaFile = fileURLToPath(new URL("../../../schema.graphql", import.meta.url));

const password = "correct horse battery";
const secret = "for tests alone, and long enough for HS256";
/** The key that the server derives from its secret. */
const signingKey = createHmac("sha256", secret).update("latchkey access token: HS256").digest();

let latchkey, operations, outcomes, clients;
before(async () => {
  runInstalled("graphql-codegen", [], { cwd: here });
  runInstalled("tsc", [], { cwd: here });
  latchkey = await startLatchkey({ SECRET_KEY: secret });
  operations = await import("./dist/operations.js");
  outcomes = await import("./dist/outcomes.js");
  clients = await import("./dist/clients.js");
}, { timeout: 240_000 });
after(() => latchkey?.stop());

for (const name of ["apollo", "urql"]) {
  test(`${name} registers, logs in, verifies, reads, changes`, async () => {
    const { ask } = clients[name](latchkey.endpoint, schemaFile);
    const email = `${name}@example.com`;

    const refused = await ask(operations.register, { input: { email: "no address", password: "brief" } });
    assert.match(outcomes.registered(refused.data), /input\.email: .*; input\.password: /);
    await ask(operations.register, { input: { email, password } });
    const taken = await ask(operations.register, { input: { email: email.toUpperCase(), password } });
    assert.equal(taken.data.register.code, "EMAIL_TAKEN");

    const wrong = await ask(operations.login, { input: { identifier: email, password: "not the password" } });
    assert.equal(wrong.data.login.code, "INVALID_CREDENTIALS");
    const token = outcomes.loggedIn((await ask(operations.login, { input: { identifier: email, password } })).data);
    assert.equal((await ask(operations.verifyToken, { token })).data.verifyToken.message, "Token is valid");

    const anonymous = await ask(operations.profile, {});
    assert.deepEqual(anonymous.codes, ["UNAUTHENTICATED"]);
    const { ask: asked } = clients[name](latchkey.endpoint, schemaFile, token);
    assert.equal((await asked(operations.profile, {})).data.profile.email, email);
    assert.equal(outcomes.updated((await asked(operations.updateProfile, { input: { displayName: "Ada" } })).data), "Ada");
    const input = { currentPassword: password, newPassword: "staple battery horse" };
    assert.equal(outcomes.changed((await asked(operations.changePassword, { input })).data), "1 sessions ended");
  });
}

test("the tokens of links in mails are accepted by the mutations of their pages", async () => {
  const mails = await startMailServer();
  const server = await startLatchkey({ SMTP_URL: mails.url, MAIL_FROM: "Example <accounts@example.com>", PUBLIC_URL: "https://app.example.com" });
  try {
    const { ask } = clients.urql(server.endpoint, schemaFile);
    const [email, newEmail] = ["ada@example.com", "lovelace@example.com"];
    const token = outcomes.registered((await ask(operations.register, { input: { email, password } })).data);
    const { ask: asked } = clients.urql(server.endpoint, schemaFile, token);
    const first = await mails.tokenTo(email, 1);
    assert.equal(outcomes.mailedToVerify((await asked(operations.requestEmailVerification, {})).data), `a mail to ${email}`);
    const second = await mails.tokenTo(email, 2);
    assert.equal(outcomes.verified((await ask(operations.verifyEmail, { input: { token: second, password } })).data), `${email} is verified: true`);
    assert.match(outcomes.verified((await ask(operations.verifyEmail, { input: { token: first, password } })).data), /^USED: /);

    const change = { newEmail, currentPassword: password };
    assert.equal(outcomes.mailedToChange((await asked(operations.requestEmailChange, { input: change })).data), `a mail to ${newEmail}`);
    const third = { token: await mails.tokenTo(newEmail, 1) };
    assert.equal(outcomes.emailChanged((await asked(operations.confirmEmailChange, { input: third })).data), newEmail);

    assert.equal(outcomes.mailedToReset((await ask(operations.requestPasswordReset, { input: { email: newEmail } })).data), `a mail to ${newEmail}`);
    const fourth = { token: await mails.tokenTo(newEmail, 2), newPassword: "staple battery horse" };
    assert.equal(outcomes.reset((await ask(operations.resetPassword, { input: fourth })).data), "1 sessions ended");
    assert.match(outcomes.reset((await ask(operations.resetPassword, { input: fourth })).data), /^USED: /);
  } finally {
    await Promise.all([server.stop(), mails.stop()]);
  }
});

test("one helper distinguishes success from failure", async () => {
  const { Refused, succeeded } = await import("./dist/succeeded.js");
  const { ask } = clients.urql(latchkey.endpoint, schemaFile);
  await ask(operations.register, { input: { username: "grace", password } });
  const login = async (password) => (await ask(operations.login, { input: { identifier: "grace", password } })).data;
  assert.ok(succeeded((await login(password)).login, "LoginSuccess").tokens.accessToken);
  const wrong = await login("not the password");
  assert.throws(() => succeeded(wrong.login, "LoginSuccess"), (error) => error instanceof Refused && error.failure.code === "INVALID_CREDENTIALS");
});

test("refreshToken returns a new pair, or the reason of the rejection", async () => {
  const { ask } = clients.urql(latchkey.endpoint, schemaFile);
  await ask(operations.register, { input: { username: "hedy", password } });
  const { tokens } = (await ask(operations.login, { input: { identifier: "hedy", password } })).data.login;
  const next = outcomes.refreshed((await ask(operations.refreshToken, { input: { refreshToken: tokens.refreshToken } })).data);
  assert.equal((await ask(operations.verifyToken, { token: next })).data.verifyToken.valid, true);
  const wrong = await ask(operations.refreshToken, { input: { refreshToken: "invented" } });
  assert.equal(outcomes.refreshed(wrong.data), "INVALID: You are logged out. Log in again.");
});

for (const name of ["apollo", "urql"]) {
  test(`${name} refreshes an expired access token once for concurrent requests, and logs out if that is rejected`, async () => {
    const { refreshingFetch } = await import("./dist/refreshing.js");
    const { ask } = clients.urql(latchkey.endpoint, schemaFile);
    const identifier = `late-${name}`;
    await ask(operations.register, { input: { username: identifier, password } });
    const { tokens } = (await ask(operations.login, { input: { identifier, password } })).data.login;

    const store = { tokens: { ...tokens, accessToken: anHourAgo(tokens.accessToken) } };
    assert.equal((await ask(operations.verifyToken, { token: store.tokens.accessToken })).data.verifyToken.reason, "EXPIRED");
    const late = clients[name](latchkey.endpoint, schemaFile, undefined, refreshingFetch(latchkey.endpoint, store));
    const { result, sent } = await listening(() => Promise.all([
      late.ask(operations.profile, {}),
      late.ask(operations.updateProfile, { input: { displayName: "Late" } }),
    ]));
    assert.equal(result[0].data.profile.username, identifier);
    assert.equal(outcomes.updated(result[1].data), "Late");
    assert.equal(sent.filter((body) => body.includes("RefreshTokenInput")).length, 1);
    assert.notEqual(store.tokens.refreshToken, tokens.refreshToken);

    store.tokens.accessToken = "signed with another key";
    assert.equal((await late.ask(operations.profile, {})).data.profile.username, identifier);

    store.tokens = { accessToken: anHourAgo(tokens.accessToken), refreshToken: "invented" };
    assert.deepEqual((await late.ask(operations.profile, {})).codes, ["UNAUTHENTICATED"]);
    assert.equal(store.tokens, null);
  });
}

test("graphql-ws is notified of a session that ended on another device", async () => {
  const { subscribing } = await import("./dist/subscribing.js");
  const { refreshingFetch } = await import("./dist/refreshing.js");
  const { ask } = clients.urql(latchkey.endpoint, schemaFile);
  const input = { identifier: "rosalind", password };
  await ask(operations.register, { input: { username: "rosalind", password } });
  const lost = (await ask(operations.login, { input })).data.login;
  const { tokens } = (await ask(operations.login, { input })).data.login;

  const store = { tokens: { ...tokens, accessToken: anHourAgo(tokens.accessToken) } };
  const socket = subscribing(latchkey.endpoint, store, WebSocket);
  const notifications = socket.iterate({ query: print(operations.sessionEnded) });
  const ended = notifications.next();
  const { ask: asked } = clients.urql(latchkey.endpoint, schemaFile, tokens.accessToken);
  const { nodes } = (await asked(operations.sessions, { first: 3 })).data.sessions;
  assert.deepEqual(nodes.map(({ current }) => current), [true, false, false]);
  await setTimeout(1000);
  const revoked = await asked(operations.revokeSession, { input: { sessionId: nodes[1].id } });
  assert.equal(revoked.data.revokeSession.session.id, nodes[1].id);

  const { data } = (await ended).value;
  assert.deepEqual([data.sessionEnded.id, data.sessionEnded.current], [nodes[1].id, false]);
  const { reason } = (await ask(operations.verifyToken, { token: lost.tokens.accessToken })).data.verifyToken;
  assert.equal(reason, "REVOKED");
  await socket.dispose();

  await asked(operations.revokeSession, { input: { sessionId: nodes[0].id } });
  await clients.urql(latchkey.endpoint, schemaFile, undefined, refreshingFetch(latchkey.endpoint, store)).ask(operations.profile, {});
  assert.equal(store.tokens, null, "logged out");
});

/** The result of an action, and the bodies of the requests that it sent. */
const listening = async (action) => {
  const { fetch } = globalThis;
  const sent = [];
  globalThis.fetch = (input, init) => (sent.push(String(init.body)), fetch(input, init));
  try {
    return { result: await action(), sent };
  } finally {
    globalThis.fetch = fetch;
  }
};

/** The same token, issued an hour earlier by a server with the same secret. */
const anHourAgo = (token) => {
  const [header, body] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const earlier = Buffer.from(JSON.stringify({ ...claims, iat: claims.iat - 3600, exp: claims.exp - 3600 })).toString("base64url");
  return `${header}.${earlier}.${createHmac("sha256", signingKey).update(`${header}.${earlier}`).digest("base64url")}`;
};

test("with the generated manifest, only its documents are executed", async () => {
  const closed = await startLatchkey({ TRUSTED_DOCUMENTS: fileURLToPath(new URL("./src/gql/persisted-documents.json", import.meta.url)) });
  try {
    const send = async (body) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(closed.endpoint, { method: "POST", headers, body: JSON.stringify(body) })).json();
    };
    const variables = { token: "forged" };
    const { hash } = operations.verifyToken.__meta__;
    assert.equal((await send({ documentId: hash, variables })).data.verifyToken.reason, "INVALID");
    assert.equal((await send({ query: "{ __typename }" })).errors[0].extensions.code, "BAD_USER_INPUT");
  } finally {
    await closed.stop();
  }
});

test("the code in docs/frontends.md is the code that is tested here", () => {
  const page = readFileSync(new URL("../../../docs/frontends.md", import.meta.url), "utf8");
  const shown = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code.trim());
  const tested = ["codegen.ts", "src/succeeded.ts", "src/example.ts", "src/refreshing.ts", "src/subscribing.ts", "src/linked.ts"].map((file) => readFileSync(new URL(file, import.meta.url), "utf8"));
  assert.equal(shown.length, 6);
  for (const code of shown) assert.ok(tested.some((file) => file.includes(code)), code);
});

test("a union without one of its members does not compile", () => {
  const check = `
    import type { LoginMutation } from "./gql/graphql.js";
    const never = (member: never): never => { throw member; };
    export const incomplete = ({ login }: LoginMutation): string => {
      switch (login.__typename) {
        case "LoginSuccess": return "yes";
        case "InvalidCredentials": return "no";
        case "ServerBusy": return "later";
        default: return never(login);
      }
    };`;
  assert.throws(() => compile(check), /TooManyAttempts/);
});

const compile = (source) => {
  const file = new URL("./src/incomplete.ts", import.meta.url);
  writeFileSync(file, source);
  try {
    runInstalled("tsc", ["--noEmit"], { cwd: here });
  } finally {
    rmSync(file);
  }
};
