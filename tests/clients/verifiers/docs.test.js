// The code in docs/verifying-tokens.md is the code that is tested here, and the commands in docs/administration.md create
// and rotate keys.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { binary } from "../latchkey.js";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const snippets = (text) => [...text.matchAll(/```\w+\n([^]*?)```/g)].map(([, snippet]) => snippet);
const [commands, ...others] = snippets(read("../../../docs/administration.md").split("## Signing keys\n")[1].split("\n## ")[0]);
const shown = snippets(read("../../../docs/verifying-tokens.md"));

test("the commands create a key that signs, and one that replaces it", () => {
  assert.equal(others.length, 0);
  const folder = mkdtempSync(join(tmpdir(), "latchkey-clients-"));
  try {
    symlinkSync(resolve(binary), join(folder, "latchkey"));
    const env = { PATH: folder + delimiter + process.env.PATH };
    const said = execFileSync("sh", ["-euc", commands], { cwd: folder, env, encoding: "utf8" });
    assert.match(said, /^(\S+)\n(\S+) signs from .*\n\2 signs from .*\n\2  EdDSA  next     signs from .*\n\1  EdDSA  current\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the code is in the files of this folder", () => {
  const files = ["with_jose.js", "with_pyjwt.py", "with_yoga.js"];
  assert.equal(shown.length, files.length);
  files.forEach((file, which) => assert.ok(read(file).includes(shown[which]), `${file} does not contain\n${shown[which]}`));
});
