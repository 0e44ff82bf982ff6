// A Python virtual environment in a folder, with the packages of its requirements.txt.
import { existsSync } from "node:fs";
import { run } from "./run.js";

/** Installs the environment in `folder`, and returns a function for the paths of its programs. */
export const python = (folder) => {
  const installed = (program) => `${folder}.venv/bin/${program}`;
  if (!existsSync(installed("pip"))) run("python3", ["-m", "venv", ".venv"], { cwd: folder });
  run(installed("pip"), ["install", "--quiet", "--requirement", "requirements.txt"], { cwd: folder });
  return installed;
};
