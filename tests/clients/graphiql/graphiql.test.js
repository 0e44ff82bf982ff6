// GraphiQL as a new user meets it: open `/`, register, log in, set the token as a header, see the profile.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, picture } from "../browser.js";
import { startLatchkey } from "../latchkey.js";

let latchkey, browser;
before(async () => {
  latchkey = await startLatchkey();
  browser = await openBrowser();
});
after(() => Promise.all([latchkey?.stop(), browser?.close()]));

test("the first tab registers, logs in and shows a profile, and the page sends no request to another host", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => request.url().startsWith(latchkey.url) || request.url().startsWith("data:") || problems.push(request.url()));

  const opened = await page.goto(latchkey.url);
  assert.match(opened.headers()["content-security-policy"], /default-src 'none'; script-src 'self'/);
  await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  await page.waitForSelector(".graphiql-doc-explorer, [aria-label='Show Documentation Explorer']");
  await picture(page, "graphiql-1-opened");

  const run = async (operation) => {
    await page.click(".graphiql-execute-button");
    await page.getByRole("menuitem", { name: operation }).click();
    await page.waitForFunction(() => !document.querySelector(".graphiql-response .graphiql-spinner"));
  };
  const response = async (pattern) => {
    await page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror.getValue()),
      pattern.source,
    );
    return page.evaluate(() => JSON.parse(document.querySelector(".graphiql-response .CodeMirror").CodeMirror.getValue()));
  };

  await run("Register");
  assert.equal((await response(/register/)).data.register.user.email, "ada@example.com");
  await run("Profile");
  assert.equal((await response(/UNAUTHENTICATED/)).data.profile, null);
  await run("Login");
  const { accessToken } = (await response(/accessToken/)).data.login.tokens;
  await picture(page, "graphiql-2-logged-in");

  await page.getByRole("button", { name: "Headers" }).click();
  await page.evaluate(
    (headers) => document.querySelectorAll(".graphiql-editor-tool .CodeMirror").forEach((editor) => {
      if (editor.closest(".graphiql-editor:not(.hidden)")) editor.CodeMirror.setValue(headers);
    }),
    JSON.stringify({ authorization: `Bearer ${accessToken}` }),
  );
  await run("Profile");
  assert.equal((await response(/createdAt/)).data.profile.email, "ada@example.com");
  await picture(page, "graphiql-3-profile");

  assert.deepEqual(problems, []);
});
