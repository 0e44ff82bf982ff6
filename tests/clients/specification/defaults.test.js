// Optional arguments and input fields, omitted in every way: the result is that of graphql-js.
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
  ({ compare } = comparer(server));
});
after(() => server?.stop());

/** The ways to give a value or none: the definition of a variable, the value in the document, and the variables. */
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

const unknown = "01a1fde1-c0bc-7b72-8c94-579e61b3219e";
const deprecated = (around) => ["Boolean", true, false, "includeDeprecated", around];

/** The optional arguments of queries: the type, two values, the name, and the document around it. */
const places = {
  "sessions(first:)": ["Int", 1, 2, "first", (args) => `sessions${args}{nodes{id} pageInfo{hasNextPage}}`],
  "sessions(after:)": ["String", unknown, "", "after", (args) => `sessions${args}{nodes{id}}`],
  "profile(userId:)": ["ID", unknown, "x", "userId", (args) => `profile${args}{id username}`],
  "__Type.fields(includeDeprecated:)": deprecated((args) => `__type(name:"User"){fields${args}{name}}`),
  "__Type.enumValues(includeDeprecated:)": deprecated((args) => `__type(name:"ErrorCode"){enumValues${args}{name}}`),
  "__Type.inputFields(includeDeprecated:)": deprecated((args) => `__type(name:"RegisterInput"){inputFields${args}{name}}`),
  "__Field.args(includeDeprecated:)": deprecated((args) => `__type(name:"Query"){fields{args${args}{name}}}`),
};

for (const [place, [type, value, another, argument, around]] of Object.entries(places)) {
  describe(place, () => {
    for (const [reason, way] of Object.entries(ways(type, value, another))) {
      test(reason, async () => {
        const field = around(way.text && `(${argument}:${way.text})`);
        const one = {
          reason,
          document: `query${defined(way)}{a:profile{id} ${field} __typename}`,
          variables: way.variables,
          token: user.token,
        };
        const found = await compare(one);
        assert.equal(found && facts(found), undefined);
      });
    }
  });
}

test("every optional argument of a query is tested", () => {
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
  const set = "mutation($i:UpdateProfileInput!){updateProfile(input:$i){... on UpdateProfileSuccess{user{id}}}}";
  const fields = "{... on UpdateProfileSuccess{user{displayName}} ... on UserError{code}}";

  for (const name of ["displayName", "userId"]) {
    describe(name, () => {
      // Each field has its own user, since the changes of a user are limited.
      let owner;
      before(async () => (owner = await registered(server, `of.${name}`.toLowerCase())));
      const list = () => {
        if (name === "userId") return ways("ID", owner.user, owner.user);
        return ways("String", "One", "Two");
      };
      for (const reason of Object.keys(ways("ID", "", ""))) {
        test(reason, async () => {
          const way = list()[reason];
          await ask(set, { i: { displayName: "Ada" } }, owner.token);
          const { id: _, ...was } = await ask("{profile{id displayName}}", {}, owner.token);

          const other = name === "displayName" ? "" : 'displayName:"Other"';
          const input = [way.text && `${name}:${way.text}`, other].filter(Boolean).join(",");
          const document = `mutation${defined(way)}{updateProfile(input:{${input}})${fields}}`;
          const { userId: __, ...changes } = argumentsOf(document, way.variables).input;
          assert.deepEqual((await ask(document, way.variables, owner.token)).user, { ...was, ...changes });
        });
      }
    });
  }
});

describe("register", () => {
  const fields = "{... on RegisterSuccess{user{displayName email username}} ... on UserError{code}}";
  const password = "correct horse battery";
  let number = 0;
  for (const name of ["displayName", "email", "username"]) {
    for (const reason of Object.keys(ways("String", "", ""))) {
      test(`${name}, ${reason}`, async () => {
        const fresh = (which) => `${name}.${++number}${which === "email" ? "@example.com" : ""}`.toLowerCase();
        const way = ways("String", fresh(name), fresh(name))[reason];
        const rest = ["displayName", "email", "username"]
          .filter((other) => other !== name)
          .map((other) => `${other}:"${fresh(other)}"`);
        const input = [way.text && `${name}:${way.text}`, ...rest, `password:"${password}"`].filter(Boolean).join(",");
        const document = `mutation${defined(way)}{register(input:{${input}})${fields}}`;
        const { password: _, ...given } = argumentsOf(document, way.variables).input;
        const expected = { displayName: null, email: null, username: null, ...given };
        assert.deepEqual((await ask(document, way.variables)).user, expected);
      });
    }
  }
});

describe("verifyEmail", () => {
  for (const reason of Object.keys(ways("String", "", ""))) {
    test(`password, ${reason}`, async () => {
      const way = ways("String", "one", "two")[reason];
      const input = ['token:"x"', way.text && `password:${way.text}`].filter(Boolean).join(",");
      const document = `mutation${defined(way)}{verifyEmail(input:{${input}}){... on TicketRejected{reason}}}`;
      assert.deepEqual(await ask(document, way.variables), { reason: "INVALID" });
    });
  }
});

for (const [mutation, argument, rest] of [
  ["login", "deviceToken", 'identifier:"unknown",password:"unknown"'],
  ["logout", "refreshToken", ""],
]) {
  describe(mutation, () => {
    for (const reason of Object.keys(ways("String", "", ""))) {
      test(`${argument}, ${reason}`, async () => {
        const way = ways("String", "one", "two")[reason];
        const input = [rest, way.text && `${argument}:${way.text}`].filter(Boolean).join(",");
        const document = `mutation${defined(way)}{${mutation}(input:{${input}}){__typename}}`;
        const response = await server.post({ document, variables: way.variables });
        assert.equal(verdictOf(response), "runs", JSON.stringify(response.json));
        const given = argumentsOf(document, way.variables).input[argument];
        const data = response.json.data[mutation]?.__typename;
        // Without a token, only a refresh token says which session ends.
        if (mutation === "logout") assert.equal(data, given ? "LogoutSuccess" : undefined, JSON.stringify(response.json));
        else assert.match(data, /^(InvalidCredentials|TooManyAttempts)$/);
      });
    }
  });
}

test("every optional input field is tested", () => {
  const tested = {
    UpdateProfileInput: ["displayName", "userId"],
    RegisterInput: ["displayName", "email", "username"],
    VerifyEmailInput: ["password"],
    LoginInput: ["deviceToken"],
    LogoutInput: ["refreshToken"],
  };
  const inputs = Object.values(schema.getMutationType().getFields()).flatMap(({ args }) =>
    args.map((arg) => arg.type.ofType ?? arg.type),
  );
  const missing = inputs.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => !isNonNullType(field.type) && !tested[type.name]?.includes(field.name))
      .map((field) => `${type}.${field.name}`),
  );
  assert.deepEqual(missing, []);
});
