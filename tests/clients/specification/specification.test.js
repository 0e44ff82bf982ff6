// Latchkey compared with graphql-js on documents written by hand: they agree on syntax, validation, variables and results.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { MaxIntrospectionDepthRule, parse, specifiedRules, validate } from "graphql";
import { comparer, facts, forAll } from "./comparison.js";
import { execution, introspection, signedIn } from "./documents/execution.js";
import * as grammar from "./documents/grammar.js";
import * as limits from "./documents/limits.js";
import * as validation from "./documents/validation.js";
import * as variables from "./documents/variables.js";
import { exceeded } from "./limits.js";
import { judge, schema } from "./oracle.js";
import { startServer, verdictOf } from "./server.js";
import { registered } from "./user.js";

let server, user, compare;
before(async () => {
  server = await startServer();
  user = await registered(server);
  ({ compare } = comparer(server));
});
after(() => server?.stop());

const caseOf = ([reason, document, variables, operationName]) => ({ reason, document, variables, operationName });

/** Fails with a description of every case that differs. */
const agree = async (cases) => {
  const different = [];
  await forAll(cases, 8, async (one) => {
    const found = await compare(one);
    if (found) different.push(facts(found));
  });
  assert.equal(different.length, 0, `${different.length} of ${cases.length} differ:\n${different.join("\n")}`);
};

const groups = {
  "grammar, runs": [grammar.runs, "runs"],
  "grammar, does not parse": [grammar.parse, "parse"],
  "validation, runs": [validation.runs, "runs"],
  "validation, does not fit the schema": [validation.validation, "validation"],
  "variables, run": [variables.runs, "runs"],
  "variables, do not fit": [variables.variables, "variables"],
  "limits, run": [limits.runs, "runs"],
  introspection: [introspection, "runs"],
  execution: [execution, "runs"],
};

for (const [name, [list, verdict]] of Object.entries(groups)) {
  describe(name, () => {
    const cases = list.map(caseOf);
    test("graphql-js agrees with this list", () => {
      const wrong = cases.map((one) => [one.reason, judge(one)]).filter(([, found]) => found.verdict !== verdict);
      assert.deepEqual(
        wrong.map(([reason, found]) => [reason, found.verdict, found.message]),
        [],
      );
    });
    test("Latchkey agrees", () => agree(cases));
    test("Latchkey agrees when the documents are cached", () => agree(cases));
  });
}

test("a signed-in user", () => agree(signedIn(user).map((one) => ({ ...caseOf(one), token: user.token }))));

test("a document beyond a limit is refused, and the message names the limit", async () => {
  const wrong = [];
  for (const one of limits.beyond.map(caseOf)) {
    const response = await server.post(one);
    const [error] = response.json.errors ?? [];
    const { document, variables } = judge(one);
    assert.notDeepEqual(exceeded(one.document, document, variables), [], one.reason);
    if (verdictOf(response) !== "limit" || !/\d/.test(error.message))
      wrong.push([one.reason, response.status, error?.message]);
  }
  assert.deepEqual(wrong, []);
});

test("every rule of graphql-js refuses one of these documents", () => {
  const documents = validation.validation.map(([, document]) => parse(document));
  // The depth of introspection is a limit, not a rule of the specification.
  const rules = specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule);
  const refuses = (rule) => documents.some((document) => validate(schema, document, [rule]).length > 0);
  assert.deepEqual(
    rules.filter((rule) => !refuses(rule)).map(({ name }) => name),
    [],
  );
});

test("there are at least 160 documents, without duplicates", () => {
  const all = Object.values(groups).flatMap(([list]) => list.map((one) => JSON.stringify(one.slice(1))));
  assert.ok(all.length >= 160, `${all.length}`);
  assert.deepEqual(
    all.filter((one, index) => all.indexOf(one) !== index),
    [],
  );
});
