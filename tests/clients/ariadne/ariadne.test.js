// A typed Python client, generated from the committed schema, against a running server.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLatchkey } from "../latchkey.js";
import { python } from "../python.js";
import { run } from "../run.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const options = { cwd: here, env: { ...process.env, PYTHONPATH: `${here}generated` } };

let installed, latchkey;
before(async () => {
  installed = python(here);
  rmSync(`${here}generated`, { recursive: true, force: true });
  mkdirSync(`${here}generated`);
  run(installed("ariadne-codegen"), [], options);
  latchkey = await startLatchkey();
}, { timeout: 300_000 });
after(() => latchkey?.stop());

test("the generated client and its use pass mypy --strict", () => {
  assert.match(run(installed("mypy"), [], options), /Success: no issues found/);
});

test("a Python service registers, logs in, verifies and reads; an omitted field is unchanged, None clears it", () => {
  run(installed("python"), ["check.py", latchkey.endpoint], options);
});
