// A mail server for tests (aiosmtpd), and the mails that it received.
import { spawn } from "node:child_process";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../support/smtp", import.meta.url));

/** Starts aiosmtpd with a Maildir; `linkTo(address, nth)` waits for the nth mail to an address and returns the link in it. */
export async function startMailServer() {
  const server = spawn(script, [], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((resolve) => server.once("exit", resolve));
  const { port, folder } = await new Promise((resolve, reject) => {
    server.once("exit", () => reject(new Error("the mail server did not start")));
    createInterface({ input: server.stdout }).once("line", (line) => resolve(JSON.parse(line)));
  });

  const mailsTo = async (address) => {
    const names = await readdir(join(folder, "new")).catch(() => []);
    const mails = await Promise.all(names.map(async (name) => {
      const file = join(folder, "new", name);
      return { arrived: (await stat(file)).mtimeMs, text: await readFile(file, "utf8") };
    }));
    mails.sort((one, other) => one.arrived - other.arrived);
    return mails.map(({ text }) => text).filter((text) => text.includes(`X-RcptTo: ${address}\n`));
  };
  const linkTo = async (address, nth) => {
    for (let tries = 0; tries < 400; tries += 1) {
      const mail = (await mailsTo(address))[nth - 1];
      // Quoted-printable breaks long lines, and writes "=" as "=3D".
      if (mail) return mail.replace(/=\r?\n/g, "").replaceAll("=3D", "=").match(/^http\S+/m)[0];
      await setTimeout(50);
    }
    throw new Error(`no mail to ${address}`);
  };
  const tokenTo = async (address, nth) => (await linkTo(address, nth)).split("#token=")[1];

  const stop = async () => {
    server.stdin.end();
    await exited;
  };
  return { url: `smtp://127.0.0.1:${port}`, linkTo, tokenTo, stop };
}
