// The committed schema, compared with the last released one by graphql-inspector.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

/** The breaking changes between two schemas. */
const breaking = async (released, next) => {
  const changes = await diff(buildSchema(released), buildSchema(next));
  return changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking).map(({ message }) => message);
};

test("schema.graphql has no breaking change", async () => {
  const read = (file) => readFile(new URL(file, import.meta.url), "utf8");
  assert.deepEqual(await breaking(await read("released.graphql"), await read("../../../schema.graphql")), []);
});

const small = `
  type Query { login(input: LoginInput!): Outcome! }
  input LoginInput { password: String! }
  union Outcome = Success | Failure
  type Success { name: String! }
  type Failure { code: Code! }
  enum Code { WRONG BUSY }
`;
const changed = (part, instead) => breaking(small, small.replace(part, instead));

test("additions are not breaking", async () => {
  assert.deepEqual(await changed("type Query {", "type Query { verify: Boolean! "), []);
  assert.deepEqual(await changed("String! }", "String! device: String }"), []);
  assert.deepEqual(await changed("| Failure", "| Failure | Later type Later { seconds: Int! }"), []);
  assert.deepEqual(await changed("BUSY", "BUSY LATER"), []);
});

test("removals and stricter types are breaking", async () => {
  assert.deepEqual(await changed("name: String!", "title: String!"), ["Field 'name' was removed from object type 'Success'"]);
  assert.deepEqual(await changed("name: String!", "name: String"), ["Field 'Success.name' changed type from 'String!' to 'String'"]);
  assert.deepEqual(await changed("| Failure", ""), ["Member 'Failure' was removed from Union type 'Outcome'"]);
  assert.deepEqual(await changed("BUSY", ""), ["Enum value 'BUSY' was removed from enum 'Code'"]);
  assert.deepEqual(await changed("String! }", "String! device: String! }"), [
    "Input field 'device' of type 'String!' was added to input object type 'LoginInput'",
  ]);
});
