// The code in docs/federation.md is the code that is tested here, and its command prints the subgraph.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { binary, printed } from "../latchkey.js";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const page = read("../../../docs/federation.md");
const [command, ...shown] = [...page.matchAll(/```\w+\n([^]*?)```/g)].map(([, snippet]) => snippet);

test("the command writes the subgraph", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-clients-"));
  try {
    symlinkSync(resolve(binary), join(folder, "latchkey"));
    execFileSync("sh", ["-euc", command], { cwd: folder, env: { PATH: folder + delimiter + process.env.PATH } });
    assert.equal(readFileSync(join(folder, "latchkey.graphql"), "utf8"), printed("schema", "--federation"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the other code is in the files of this folder", () => {
  const files = ["reviews.graphql", "supergraph.js", "data_source.js"];
  assert.equal(shown.length, files.length);
  files.forEach((file, which) => assert.ok(read(file).includes(shown[which]), `${file} does not contain\n${shown[which]}`));
});
