// Compiles the documents, checks the types and bundles: what Relay, tsc and a bundler do in an application's build.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const bin = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));
const run = (program, ...args) => {
  try {
    execFileSync(`${bin}${program}`, args, { cwd: here, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(`${program}: ${error.stdout}${error.stderr}`);
  }
};

/** A tagged document becomes the artifact that the compiler made of it, as babel-plugin-relay does it. */
const artifacts = {
  name: "relay-artifacts",
  setup: ({ onLoad }) =>
    onLoad({ filter: /src\/\w+\.ts$/ }, ({ path }) => {
      const tag = /graphql`\s*(?:query|mutation|fragment)\s+(\w+)[^`]*`/g;
      const artifact = (_, name) => `require("./__generated__/${name}.graphql").default`;
      return { contents: readFileSync(path, "utf8").replace(tag, artifact), loader: "ts" };
    }),
};

export const build = async () => {
  // The compiler makes neither folder nor file, and lists only those documents whose artifacts it writes anew.
  for (const folder of ["src/__generated__", "dist"]) {
    rmSync(`${here}${folder}`, { recursive: true, force: true });
    mkdirSync(`${here}${folder}`);
  }
  writeFileSync(`${here}dist/persisted.json`, "{}");
  run("relay-compiler");
  run("tsc");
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["src/accounts.ts", "src/environment.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    outExtension: { ".js": ".mjs" },
    plugins: [artifacts],
  });
};
