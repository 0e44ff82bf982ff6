// The committed schema, as those see it who write rules for schemas.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const overrideConfigFile = fileURLToPath(new URL("./eslint.config.js", import.meta.url));

test("schema.graphql keeps graphql-eslint's rules", async () => {
  const results = await new ESLint({ cwd: root, overrideConfigFile }).lintFiles(["schema.graphql"]);
  assert.equal(results.length, 1);
  const said = results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `${line} ${ruleId}: ${message}`));
  assert.deepEqual(said, []);
});

test("the rules are awake", async () => {
  const eslint = new ESLint({ cwd: root, overrideConfigFile });
  const [result] = await eslint.lintText("type query_thing { Name: String }", { filePath: `${root}bent.graphql` });
  assert.ok(result.messages.some(({ ruleId }) => ruleId === "@graphql-eslint/naming-convention"), JSON.stringify(result.messages));
});
