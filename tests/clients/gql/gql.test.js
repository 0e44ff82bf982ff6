// Python's gql subscribes with the defaults of its WebSocket transport.
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLatchkey } from "../latchkey.js";
import { python } from "../python.js";
import { run } from "../run.js";

const here = fileURLToPath(new URL(".", import.meta.url));

let installed, latchkey;
before(async () => {
  installed = python(here);
  latchkey = await startLatchkey();
}, { timeout: 300_000 });
after(() => latchkey?.stop());

test("a Python service is notified of an ended session, and gets the error of a refused request", () => {
  run(installed("python"), ["check.py", latchkey.endpoint], { cwd: here });
});
