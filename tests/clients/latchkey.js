// A Latchkey server for tests, in a temporary folder and on a free port.
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const binary = process.env.LATCHKEY ?? fileURLToPath(new URL("../../target/debug/latchkey", import.meta.url));

/** The output of `latchkey` with these arguments. */
export const printed = (...args) => execFileSync(binary, args, { encoding: "utf8" });

/**
 * Starts a server in a `folder`. `url` is its address, `command()` runs another `latchkey` with its settings, `stop()`
 * stops it and removes its folder.
 */
export async function startLatchkey(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-clients-"));
  const env = { PATH: process.env.PATH, BIND: "127.0.0.1:0", BCRYPT_COST: "10", ...settings };
  const server = spawn(binary, [], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  const exited = new Promise((resolve) => server.once("exit", resolve));

  const log = [];
  const url = await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`Latchkey did not start:\n${log.join("\n")}`)));
    createInterface({ input: server.stderr }).on("line", (line) => {
      log.push(line);
      const ready = line.match(/Latchkey is ready.*(http:\/\/[^/ ]+)/);
      if (ready) resolve(ready[1]);
    });
  });

  const command = (...args) => execFileSync(binary, args, { cwd: folder, env, encoding: "utf8" });
  const stop = async () => {
    server.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, url, endpoint: `${url}/graphql`, command, stop };
}
