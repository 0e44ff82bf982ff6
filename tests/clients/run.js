// Runs a program. If it fails, the error has its output.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("node_modules/.bin/", import.meta.url));

export const run = (program, args, options) => {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: "pipe", ...options });
  } catch (error) {
    throw new Error(`${program}: ${error.stdout}${error.stderr}`);
  }
};

/** Runs a program that npm installed. */
export const runInstalled = (program, args, options) => run(`${bin}${program}`, args, options);
