// Apollo Client in a real browser, on a page of another origin.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, picture } from "../browser.js";
import { startLatchkey } from "../latchkey.js";
import { startMailServer } from "../mail.js";
import { servePage } from "./serve.js";

let latchkey, browser, mails, pages, allowed, otherOrigin;
before(async () => {
  pages = await servePage();
  [allowed, otherOrigin] = [`http://127.0.0.1:${pages.port}`, `http://localhost:${pages.port}`];
  mails = await startMailServer();
  latchkey = await startLatchkey({
    CORS_ORIGINS: allowed, SMTP_URL: mails.url, MAIL_FROM: "Example <accounts@example.com>", PUBLIC_URL: allowed,
  });
  browser = await openBrowser();
  await pages.show(latchkey.endpoint);
});
after(() => Promise.all([latchkey?.stop(), mails?.stop(), browser?.close(), pages?.stop()]));

/** Opens a page. Returns it with its console messages and the operations that it sent. */
const open = async (origin) => {
  const page = await browser.newPage({ viewport: { width: 640, height: 640 } });
  const messages = [];
  const operations = [];
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("request", (request) => request.method() === "POST" && operations.push(request.postDataJSON().operationName));
  await page.goto(origin);
  return { page, messages, operations };
};

const press = async (page, button, fields) => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole("button", { name: button }).click();
};

const shows = (page, selector, text) => page.locator(selector).filter({ hasText: text, visible: true }).waitFor({ timeout: 5000 });

const password = "correct horse battery";

test("a user registers, logs in, and sees a change without another query", async () => {
  const { page, messages, operations } = await open(allowed);
  await shows(page, "[role=alert]", "UNAUTHENTICATED");

  await press(page, "Register", { "E-mail": "ada@example.com", Password: password });
  await shows(page, "#email", "ada@example.com");
  await page.reload();
  await press(page, "Log in", { "E-mail": "ada@example.com", Password: password });
  await shows(page, "#email", "ada@example.com");
  await shows(page, "h2", "No name yet");
  await picture(page, "apollo-1-logged-in");

  operations.length = 0;
  await press(page, "Change", { Name: "Ada Lovelace" });
  await shows(page, "h2", "Ada Lovelace");
  await picture(page, "apollo-2-changed");
  assert.deepEqual(operations, ["UpdateProfile"]);
  assert.deepEqual(messages, []);
});

test("a wrong password shows the message of the failure", async () => {
  const { page } = await open(allowed);
  await shows(page, "[role=alert]", "UNAUTHENTICATED");
  const answered = page.waitForResponse(async (response) => (await response.text()).includes("InvalidCredentials"));
  await press(page, "Log in", { "E-mail": "ada@example.com", Password: "not the password" });
  const { login } = (await (await answered).json()).data;
  await shows(page, "[role=alert]", login.message);
  await picture(page, "apollo-3-refused");
});

test("links in mails lead to the page, which uses their tokens only after a click", async () => {
  const email = "grace@example.com";
  const { page } = await open(allowed);
  await press(page, "Register", { "E-mail": email, Password: password });
  const link = await mails.linkTo(email, 1);
  assert.ok(link.startsWith(`${allowed}/verify-email#token=`), link);

  // A link scanner opens the link before the user does.
  const scanner = await open(link);
  await scanner.page.getByRole("button", { name: "This is my address" }).waitFor();
  assert.deepEqual(scanner.operations, ["Profile"]);
  const reader = await open(link);
  await press(reader.page, "This is my address", { "Your password": "another password" });
  await shows(reader.page, "[role=alert]", "The password is wrong");
  await press(reader.page, "This is my address", { "Your password": password });
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

test("a page of an origin that is not allowed cannot read responses", async () => {
  const { page, messages } = await open(otherOrigin);
  await shows(page, "[role=alert]", "TypeError: Failed to fetch");
  assert.match(messages.join("\n"), /blocked by CORS policy/);
});
