// From the committed schema to typed operations against the live server, with the tools that frontends use.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLatchkey } from "../latchkey.js";
import { runInstalled } from "../run.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const schemaFile = fileURLToPath(new URL("../../../schema.graphql", import.meta.url));

let latchkey, operations, outcomes, clients;
before(async () => {
  runInstalled("graphql-codegen", [], { cwd: here });
  runInstalled("tsc", [], { cwd: here });
  latchkey = await startLatchkey();
  operations = await import("./dist/operations.js");
  outcomes = await import("./dist/outcomes.js");
  clients = await import("./dist/clients.js");
}, { timeout: 240_000 });
after(() => latchkey?.stop());

const password = "correct horse battery";

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

test("one helper tells success from failure", async () => {
  const { Refused, succeeded } = await import("./dist/succeeded.js");
  const { ask } = clients.urql(latchkey.endpoint, schemaFile);
  await ask(operations.register, { input: { username: "grace", password } });
  const login = async (password) => (await ask(operations.login, { input: { identifier: "grace", password } })).data;
  assert.ok(succeeded((await login(password)).login, "LoginSuccess").tokens.accessToken);
  const wrong = await login("not the password");
  assert.throws(() => succeeded(wrong.login, "LoginSuccess"), (error) => error instanceof Refused && error.failure.code === "INVALID_CREDENTIALS");
});

test("with the generated manifest, its documents run and no other one does", async () => {
  const closed = await startLatchkey({ TRUSTED_DOCUMENTS: fileURLToPath(new URL("./src/gql/persisted-documents.json", import.meta.url)) });
  try {
    const send = async (body) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(closed.endpoint, { method: "POST", headers, body: JSON.stringify(body) })).json();
    };
    const variables = { token: "bent" };
    const { hash } = operations.verifyToken.__meta__;
    assert.equal((await send({ documentId: hash, variables })).data.verifyToken.reason, "INVALID");
    assert.equal((await send({ query: "{ __typename }" })).errors[0].extensions.code, "BAD_USER_INPUT");
  } finally {
    await closed.stop();
  }
});

test("what the README shows is what is tested here", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const section = readme.split("## For frontends")[1].split("\n## ")[0];
  const shown = [...section.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code.trim());
  const tested = ["codegen.ts", "src/succeeded.ts"].map((file) => readFileSync(new URL(file, import.meta.url), "utf8"));
  assert.equal(shown.length, 3);
  for (const code of shown.slice(0, 2)) assert.ok(tested.some((file) => file.includes(code)), code);
});

test("a union without one of its members does not compile", () => {
  const check = `
    import type { LoginMutation } from "./gql/graphql.js";
    const never = (member: never): never => { throw member; };
    export const incomplete = ({ login }: LoginMutation): string => {
      switch (login.__typename) {
        case "LoginSuccess": return "in";
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
