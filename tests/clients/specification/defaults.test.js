// Arguments and input fields that may be left out, in every way to leave them out: the outcome is that of graphql-js, executed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { getArgumentValues, getVariableValues, isNonNullType, parse } from "graphql";
import { comparer, facts } from "./comparison.js";
import { schema } from "./oracle.js";
import { startServer, verdictOf } from "./server.js";
import { registered } from "./user.js";

let server, user, compare;
before(async () => {
  server = await startServer();
  user = await registered(server);
  ({ compare } = comparer(server, user.token));
});
after(() => server?.stop());

/** The ways to give one value or none: the definition of a variable, the value in the document, and the variables. */
const ways = (type, value, another) => {
  const given = JSON.stringify(value);
  return {
    "left out": { text: "" },
    "a literal": { text: given },
    "null as a literal": { text: "null" },
    "a variable that is left out": { defined: `$x:${type}`, text: "$x", variables: {} },
    "a variable that is null": { defined: `$x:${type}`, text: "$x", variables: { x: null } },
    "a variable": { defined: `$x:${type}`, text: "$x", variables: { x: value } },
    "the default of a variable": { defined: `$x:${type}=${given}`, text: "$x", variables: {} },
    "a variable that overrides its default": { defined: `$x:${type}=${given}`, text: "$x", variables: { x: another } },
    "null that overrides a default": { defined: `$x:${type}=${given}`, text: "$x", variables: { x: null } },
    "null as the default of a variable": { defined: `$x:${type}=null`, text: "$x", variables: {} },
    "a variable that cannot be null": { defined: `$x:${type}!`, text: "$x", variables: { x: value } },
    "the default of a variable that cannot be null": { defined: `$x:${type}!=${given}`, text: "$x", variables: {} },
  };
};
const defined = ({ defined: one }) => (one ? `(${one})` : "");

/** Each argument of the queries that may be left out: its type, two values, the field and what stands around it. */
const places = {
  "sessions(first:)": ["Int", 1, 2, "first", (args) => `sessions${args}{nodes{id} pageInfo{hasNextPage}}`],
  "sessions(after:)": ["String", "01a1fde1-c0bc-7b72-8c94-579e61b3219e", "", "after", (args) => `sessions${args}{nodes{id}}`],
  "profile(userId:)": ["ID", "01a1fde1-c0bc-7b72-8c94-579e61b3219e", "x", "userId", (args) => `profile${args}{id username}`],
  "__Type.fields(includeDeprecated:)": ["Boolean", true, false, "includeDeprecated", (args) => `__type(name:"User"){fields${args}{name}}`],
  "__Type.enumValues(includeDeprecated:)": ["Boolean", true, false, "includeDeprecated", (args) => `__type(name:"ErrorCode"){enumValues${args}{name}}`],
  "__Type.inputFields(includeDeprecated:)": ["Boolean", true, false, "includeDeprecated", (args) => `__type(name:"RegisterInput"){inputFields${args}{name}}`],
  "__Field.args(includeDeprecated:)": ["Boolean", true, false, "includeDeprecated", (args) => `__type(name:"Query"){fields{args${args}{name}}}`],
};

for (const [place, [type, value, another, argument, around]] of Object.entries(places)) {
  describe(place, () => {
    for (const [reason, way] of Object.entries(ways(type, value, another))) {
      test(reason, async () => {
        const field = around(way.text && `(${argument}:${way.text})`);
        const one = { reason, document: `query${defined(way)}{a:profile{id} ${field} __typename}`, variables: way.variables, signedIn: true };
        const found = await compare(one);
        assert.equal(found && facts(found), undefined);
      });
    }
  });
}

test("no argument of the queries is missing here", () => {
  const all = Object.values(schema.getQueryType().getFields()).flatMap((field) => field.args.map((arg) => [field, arg]));
  const optional = all.filter(([, arg]) => !isNonNullType(arg.type) || arg.defaultValue !== undefined);
  const missing = optional.map(([field, arg]) => `${field.name}(${arg.name}:)`).filter((name) => !places[name]);
  assert.deepEqual(missing, []);
});

/** The arguments that graphql-js gives to the resolver of the only field of a mutation, or its refusal. */
const argumentsOf = (document, variables) => {
  const [operation] = parse(document).definitions;
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions, variables ?? {});
  const [node] = operation.selectionSet.selections;
  return errors ? undefined : getArgumentValues(schema.getMutationType().getFields()[node.name.value], node, coerced);
};
const ask = async (document, variables, token) => {
  const response = await server.post({ document, variables }, token);
  assert.equal(verdictOf(response), "runs", JSON.stringify(response.json));
  assert.equal(response.json.errors, undefined, JSON.stringify(response.json));
  return Object.values(response.json.data)[0];
};

describe("updateProfile", () => {
  for (const [name, value, another] of [["displayName", "One", "Two"], ["username", "one", "two"], ["userId"]]) {
    if (schema.getType("UpdateProfileInput").getFields()[name] === undefined) continue;
    const other = name === "displayName" ? undefined : "displayName";
    const more = other ? `,${other}:"Other"` : "";
    const list = () => ways(name === "userId" ? "ID" : "String", value ?? user.user, another ?? user.user);
    for (const reason of Object.keys(ways("ID", "", ""))) {
      test(`${name}, ${reason}`, async () => {
        const way = list()[reason];
        const start = { displayName: "Ada", ...(name === "username" && { username: "ada" }) };
        await ask("mutation($i:UpdateProfileInput!){updateProfile(input:$i){... on UpdateProfileSuccess{user{id}}}}", { i: start }, user.token);
        const { id: _, ...was } = await ask("{profile{id username displayName}}", {}, user.token);
        const input = [way.text && `${name}:${way.text}`, more.slice(1)].filter(Boolean).join(",");
        const document = `mutation${defined(way)}{updateProfile(input:{${input}}){... on UpdateProfileSuccess{user{username displayName}} ... on UserError{code}}}`;
        const { userId, ...changes } = argumentsOf(document, way.variables).input;
        assert.deepEqual((await ask(document, way.variables, user.token)).user, { ...was, ...changes });
        assert.ok(userId === undefined || userId === null || userId === user.user);
      });
    }
  }
});

describe("register", () => {
  let number = 0;
  const password = "correct horse battery";
  for (const name of ["displayName", "email", "username"]) {
    for (const reason of Object.keys(ways("String", "", ""))) {
      test(`${name}, ${reason}`, async () => {
        const fresh = (which) => `${name}.${++number}${which === "email" ? "@example.com" : ""}`.toLowerCase();
        const way = ways("String", fresh(name), fresh(name))[reason];
        const rest = ["displayName", "email", "username"].filter((other) => other !== name).map((other) => `${other}:"${fresh(other)}"`);
        const input = [way.text && `${name}:${way.text}`, ...rest, `password:"${password}"`].filter(Boolean).join(",");
        const document = `mutation${defined(way)}{register(input:{${input}}){... on RegisterSuccess{user{displayName email username}} ... on UserError{code}}}`;
        const { password: _, ...given } = argumentsOf(document, way.variables).input;
        const expected = { displayName: null, email: null, username: null, ...given };
        assert.deepEqual((await ask(document, way.variables)).user, expected);
      });
    }
  }
});

test("no input field that may be left out is missing here", () => {
  const tested = { UpdateProfileInput: ["displayName", "username", "userId"], RegisterInput: ["displayName", "email", "username"] };
  const inputs = Object.values(schema.getMutationType().getFields()).flatMap(({ args }) => args.map((arg) => arg.type.ofType ?? arg.type));
  const missing = inputs.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => !isNonNullType(field.type) && !tested[type.name]?.includes(field.name))
      .map((field) => `${type}.${field.name}`),
  );
  assert.deepEqual(missing, []);
});
