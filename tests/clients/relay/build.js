// Compiles the documents, checks the types and bundles: what Relay, tsc and a bundler do in an application's build.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { runInstalled } from "../run.js";

const here = fileURLToPath(new URL(".", import.meta.url));

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
  runInstalled("relay-compiler", [], { cwd: here });
  runInstalled("tsc", [], { cwd: here });
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
