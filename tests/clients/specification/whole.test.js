// A refused request changes nothing: every mutation as the first field, with every kind of error in the second field,
// in new documents and in cached ones.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { getNullableType, isNonNullType, parse } from "graphql";
import { forAll } from "./comparison.js";
import { excepted } from "./exceptions.js";
import { exceeded } from "./limits.js";
import { judge, schema } from "./oracle.js";
import { startServer, verdictOf } from "./server.js";
import { settled, snapshot } from "./snapshot.js";
import { registered } from "./user.js";

const mutations = Object.values(schema.getMutationType().getFields());
const inputOf = ({ args }) => args[0] && getNullableType(args[0].type);

/** An input that is valid and changes nothing without a token. */
const harmless = (type) =>
  Object.fromEntries(
    Object.values(type.getFields())
      .filter((field) => isNonNullType(field.type))
      .map(({ name }) => [name, "x"]),
  );
const literal = (value) => JSON.stringify(value).replace(/"(\w+)":/g, "$1:");

/** Every kind of error in the input of a field: the part of the document, and the variables. */
function* wrong(field) {
  const type = inputOf(field);
  const name = field.name;
  const call = (argument) => `${name}(input:${argument}){__typename}`;
  const plain = type ? `${name}(input:${literal(harmless(type))})` : name;
  const flag = (variables) => ({
    defined: "$b:Boolean!",
    text: `${plain}@skip(if:$b){__typename}`,
    variables,
    good: { b: true },
  });
  yield flag({});
  yield flag({ b: null });
  yield flag({ b: "true" });
  if (!type) return;

  const good = harmless(type);
  const fields = Object.values(type.getFields());
  const kinds = (one) => [1.5, {}, ["x"], true, ...(isNonNullType(one.type) ? [null] : [])];
  const bent = [
    "nope",
    1,
    true,
    ...(isNonNullType(field.args[0].type) ? [null] : []),
    [],
    [good],
    { ...good, unknown: "x" },
    ...fields.flatMap((one) => kinds(one).map((value) => ({ ...good, [one.name]: value }))),
    ...Object.keys(good).map((missing) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== missing))),
  ];
  for (const value of bent) {
    yield { defined: `$s:${type}!`, text: call("$s"), variables: { s: value }, good: { s: good } };
    yield { text: call(literal(value)) };
  }
  yield { defined: `$s:${type}!`, text: call("$s"), variables: {}, good: { s: good } };
  if (isNonNullType(field.args[0].type)) yield { text: `${name}{__typename}` };
  for (const one of fields) {
    const needed = isNonNullType(one.type);
    const rest = Object.entries(good)
      .filter(([key]) => key !== one.name)
      .map(([key]) => `${key}:"x"`);
    const text = call(`{${[...rest, `${one.name}:$s`].join(",")}}`);
    const values = [{ s: 1.5 }, { s: {} }, { s: [] }, ...(needed ? [{}, { s: null }] : [])];
    for (const variables of values) yield { defined: `$s:${one.type}`, text, variables, good: { s: "x" } };
    if (needed) yield { defined: `$s:${getNullableType(one.type)}`, text, variables: { s: "x" }, good: undefined };
    yield { text: call(`{${[...rest, `${one.name}:"x"`, `${one.name}:"x"`].join(",")}}`) };
  }
}

/** Inputs with which the first field does something, for the user whose token is sent. */
const effective = (user) => ({
  register: { username: "mallory", password: "correct horse battery" },
  login: { identifier: user.username, password: user.password },
  refreshToken: { refreshToken: user.refreshToken },
  changeUsername: { currentPassword: user.password, newUsername: "other" },
  changePassword: { currentPassword: user.password, newPassword: "another horse battery" },
  requestEmailChange: { currentPassword: user.password, newEmail: "other@example.com" },
  requestPasswordReset: { email: `${user.username}@example.com` },
  updateProfile: { displayName: "Mallory" },
  revokeSession: { sessionId: user.otherSession },
});

let server, user;
before(async () => {
  server = await startServer();
  user = await registered(server);
  await settled(server);
});
after(() => server?.stop());

/** A document of two fields. The input of the first one is a variable, so that a harmless one can be sent in the same document. */
const documentOf = (first, second, name) => {
  const defined = [inputOf(first) && `$f:${inputOf(first)}!`, second.defined].filter(Boolean).join(",");
  const call = inputOf(first) ? `${first.name}(input:$f)` : first.name;
  return `mutation ${name}${defined && `(${defined})`}{a:${call}{__typename} ${second.text}}`;
};

const seconds = mutations.flatMap((field) => [...wrong(field)]);

/** What graphql-js says about each second field, alone. */
const verdicts = new Map(
  seconds.map(({ defined, text, variables }) => {
    const { verdict } = judge({ document: `mutation ${defined ? `(${defined})` : ""}{${text}}`, variables });
    assert.ok(["validation", "variables"].includes(verdict), `${verdict}: ${text}`);
    return [text + JSON.stringify(variables), verdict];
  }),
);

for (const first of mutations) {
  describe(first.name, () => {
    const given = (input) => (inputOf(first) ? { f: input } : {});

    /** Sends every case; nothing runs, and nothing is changed. */
    const refused = async (name) => {
      const effect = effective(user)[first.name] ?? (inputOf(first) && harmless(inputOf(first)));
      const different = [];
      const was = snapshot(server);
      await forAll(seconds, 16, async (second) => {
        const one = { document: documentOf(first, second, name), variables: { ...given(effect), ...second.variables } };
        const response = await server.post(one, user.token);
        const verdict = verdictOf(response);
        if (verdict === verdicts.get(second.text + JSON.stringify(second.variables))) return;
        if (verdict === "limit" && exceeded(one.document, parse(one.document)).length) return;
        const oracle = judge(one);
        if (excepted(one, oracle, verdict)) return;
        different.push(
          `${JSON.stringify(one)}\n  ${oracle.verdict} -> ${verdict}: ${JSON.stringify(response.json).slice(0, 300)}`,
        );
      });
      const is = snapshot(server);
      const changes = Object.keys(is).filter((table) => is[table] !== was[table]);
      const found = `${different.length} of ${seconds.length} were not refused as they should be:\n${different.slice(0, 20).join("\n")}`;
      assert.deepEqual(changes, [], `Changed: ${changes}. ${found}`);
      assert.equal(different.length, 0, found);
    };

    test("beside a wrong field, in documents that are new", () => refused("New"));

    test("beside a wrong field, in documents that have run", async () => {
      const known = seconds.filter(({ good }) => good);
      const documents = new Map(known.map((second) => [documentOf(first, second, "Known"), second.good]));
      await forAll([...documents], 4, async ([document, good]) => {
        const one = { document, variables: { ...given(inputOf(first) && harmless(inputOf(first))), ...good } };
        const verdict = verdictOf(await server.post(one));
        assert.ok(verdict === "runs" || excepted(one, judge(one), verdict), `${verdict}: ${JSON.stringify(one)}`);
      });
      await refused("Known");
    });
  });
}
