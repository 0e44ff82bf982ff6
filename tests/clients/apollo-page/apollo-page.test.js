// Apollo Client in a real browser, on a page of another origin, as people use it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, picture } from "../browser.js";
import { startLatchkey } from "../latchkey.js";
import { servePage } from "./serve.js";

let latchkey, browser, pages, allowed, stranger;
before(async () => {
  pages = await servePage();
  [allowed, stranger] = [`http://127.0.0.1:${pages.port}`, `http://localhost:${pages.port}`];
  latchkey = await startLatchkey({ CORS_ORIGINS: allowed });
  browser = await openBrowser();
  await pages.show(latchkey.endpoint);
});
after(() => Promise.all([latchkey?.stop(), browser?.close(), pages?.stop()]));

/** The page, what it said to the console, and the operations that it asked for. */
const open = async (origin) => {
  const page = await browser.newPage({ viewport: { width: 640, height: 640 } });
  const said = [];
  const asked = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => request.method() === "POST" && asked.push(request.postDataJSON().operationName));
  await page.goto(origin);
  return { page, said, asked };
};

const press = async (page, button, fields) => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).fill(text);
  await page.getByRole("button", { name: button }).click();
};

const shows = (page, selector, text) => page.locator(selector).filter({ hasText: text, visible: true }).waitFor({ timeout: 5000 });

const password = "correct horse battery";

test("a person registers, logs in, and sees a change without asking for it", async () => {
  const { page, said, asked } = await open(allowed);
  await shows(page, "[role=alert]", "UNAUTHENTICATED");

  await press(page, "Register", { "E-mail": "ada@example.com", Password: password });
  await shows(page, "#email", "ada@example.com");
  await page.reload();
  await press(page, "Log in", { "E-mail": "ada@example.com", Password: password });
  await shows(page, "#email", "ada@example.com");
  await shows(page, "h2", "No name yet");
  await picture(page, "apollo-1-logged-in");

  asked.length = 0;
  await press(page, "Change", { Name: "Ada Lovelace" });
  await shows(page, "h2", "Ada Lovelace");
  await picture(page, "apollo-2-changed");
  assert.deepEqual(asked, ["UpdateProfile"]);
  assert.deepEqual(said, []);
});

test("a wrong password shows the message that every failure has", async () => {
  const { page } = await open(allowed);
  await shows(page, "[role=alert]", "UNAUTHENTICATED");
  const answered = page.waitForResponse(async (response) => (await response.text()).includes("InvalidCredentials"));
  await press(page, "Log in", { "E-mail": "ada@example.com", Password: "not the password" });
  const { login } = (await (await answered).json()).data;
  await shows(page, "[role=alert]", login.message);
  await picture(page, "apollo-3-refused");
});

test("a page of an origin that is not allowed learns nothing", async () => {
  const { page, said } = await open(stranger);
  await shows(page, "[role=alert]", "TypeError: Failed to fetch");
  assert.match(said.join("\n"), /blocked by CORS policy/);
});
