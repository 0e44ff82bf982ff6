// A Python of a folder's own, with what its requirements.txt asks for.
import { existsSync } from "node:fs";
import { run } from "./run.js";

/** Installs it beside the tests in `folder`, and says where its programs are. */
export const python = (folder) => {
  const installed = (program) => `${folder}.venv/bin/${program}`;
  if (!existsSync(installed("pip"))) run("python3", ["-m", "venv", ".venv"], { cwd: folder });
  run(installed("pip"), ["install", "--quiet", "--requirement", "requirements.txt"], { cwd: folder });
  return installed;
};
