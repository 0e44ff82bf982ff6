// The committed schema, checked with graphql-eslint.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const overrideConfigFile = fileURLToPath(new URL("./eslint.config.js", import.meta.url));

test("schema.graphql follows graphql-eslint's rules", async () => {
  const results = await new ESLint({ cwd: root, overrideConfigFile }).lintFiles(["schema.graphql"]);
  assert.equal(results.length, 1);
  const problems = results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `${line} ${ruleId}: ${message}`));
  assert.deepEqual(problems, []);
});

test("the rules are active", async () => {
  const eslint = new ESLint({ cwd: root, overrideConfigFile });
  const [result] = await eslint.lintText("type query_thing { Name: String }", { filePath: `${root}invalid.graphql` });
  assert.ok(result.messages.some(({ ruleId }) => ruleId === "@graphql-eslint/naming-convention"), JSON.stringify(result.messages));
});
