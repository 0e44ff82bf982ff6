// Apollo Client in a real browser, on a page of another origin, as people use it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, picture } from "../browser.js";
import { startLatchkey } from "../latchkey.js";
import { startMailServer } from "../mail.js";
import { servePage } from "./serve.js";

let latchkey, browser, mails, pages, allowed, stranger;
before(async () => {
  pages = await servePage();
  [allowed, stranger] = [`http://127.0.0.1:${pages.port}`, `http://localhost:${pages.port}`];
  mails = await startMailServer();
  latchkey = await startLatchkey({
    CORS_ORIGINS: allowed, SMTP_URL: mails.url, MAIL_FROM: "Example <accounts@example.com>", PUBLIC_URL: allowed,
  });
  browser = await openBrowser();
  await pages.show(latchkey.endpoint);
});
after(() => Promise.all([latchkey?.stop(), mails?.stop(), browser?.close(), pages?.stop()]));

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
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
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

test("links in mails lead to the page, which asks before it uses them up", async () => {
  const email = "grace@example.com";
  const { page } = await open(allowed);
  await press(page, "Register", { "E-mail": email, Password: password });
  const link = await mails.linkTo(email, 1);
  assert.ok(link.startsWith(`${allowed}/verify-email#token=`), link);

  // Somebody's program opens the link before its reader does.
  const scanner = await open(link);
  await scanner.page.getByRole("button", { name: "This is my address" }).waitFor();
  assert.deepEqual(scanner.asked, ["Profile"]);
  const reader = await open(link);
  await press(reader.page, "This is my address", {});
  await shows(reader.page, "[role=alert]", "grace@example.com is yours.");
  assert.equal(reader.page.url(), `${allowed}/verify-email`, "the token is gone from the address bar");
  await picture(reader.page, "apollo-4-verified");

  await press(page, "Forgotten?", { "E-mail": email });
  await shows(page, "[role=alert]", "a mail is on its way");
  const forgotten = await open(await mails.linkTo(email, 2));
  await press(forgotten.page, "Choose", { "New password": "staple battery horse" });
  await shows(forgotten.page, "[role=alert]", "Log in with your new password.");
  await picture(forgotten.page, "apollo-5-reset");
  await press(forgotten.page, "Log in", { "E-mail": email, Password: "staple battery horse" });
  await shows(forgotten.page, "#email", email);
});

test("a page of an origin that is not allowed learns nothing", async () => {
  const { page, said } = await open(stranger);
  await shows(page, "[role=alert]", "TypeError: Failed to fetch");
  assert.match(said.join("\n"), /blocked by CORS policy/);
});
