// String literals have the value that graphql-js reads: a display name in the document is the same as in a variable, and a password
// that was set with a variable is the same in a document. Passwords may have several lines, names may not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Kind, parseValue } from "graphql";
import { forAll } from "./comparison.js";
import { chance } from "./random.js";
import { startServer, verdictOf } from "./server.js";
import { registered } from "./user.js";

const seed = Number(process.env.SEED ?? 1);

/** Parts of block strings, and of strings on one line. */
const parts = [
  ...["a", "b ", " ", "  ", "é", "😀", "#", "'", '"', '""', "{", "$x", "\u2028"],
  ...["\t", "\n", "\r", "\r\n", "\n\n", "\n  ", "\n\t"],
  ...["\\", '\\"""', "\\n", "\\u0041", "\\u{1F600}", "\\ud83d\\ude00"],
];
const escapes = [
  ...["a", "b", " ", "é", "😀", "\t", "'", "#"],
  ...['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"],
  ...["\\u0041", "\\u00E9", "\\uFFFF", "\\u2028", "\\u007F", "\\u0001"],
  ...["\\u{41}", "\\u{0001F600}", "\\uD83D\\uDE00"],
];

/** Literals that graphql-js reads as strings. */
const literals = (() => {
  const found = new Set([
    '""',
    '""""""',
    '"""\n"""',
    '"""\\""""""',
    '"""a\\"""b"""',
    '"""  a\n    b\n   c"""',
    '"""\n\n  a\n\n  b\n\n"""',
  ]);
  for (let index = 0; found.size < 150; index++) {
    const { below, pick, chosen } = chance(seed, index);
    const list = chosen(0.7) ? parts : escapes;
    const inner = Array.from({ length: 1 + below(9) }, () => pick(list)).join("");
    const literal = list === parts ? `"""${inner}"""` : `"${inner}"`;
    try {
      const value = parseValue(literal);
      if (value.kind === Kind.STRING) found.add(literal);
    } catch {
      // It is not a string.
    }
  }
  return [...found];
})();

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

/** The number of literals for one user, whose updates are limited. */
const EACH = 12;
const selection =
  "{__typename ... on UpdateProfileSuccess{user{displayName}} ... on ValidationFailed{violations{path rule}}}";
const fields = (texts) =>
  texts.map((text, index) => `a${index}:updateProfile(input:{displayName:${text}})${selection}`).join(" ");

test(`${literals.length} texts of seed ${seed} mean the same as their values`, async () => {
  for (let from = 0; from < literals.length; from += EACH) {
    const texts = literals.slice(from, from + EACH);
    const { token } = await registered(server, `user.${from}`);
    const values = Object.fromEntries(texts.map((text, index) => [`v${index}`, parseValue(text).value]));
    const defined = Object.keys(values).map((name) => `$${name}:String`);
    const used = Object.keys(values).map((name) => `$${name}`);

    const written = await server.post({ document: `mutation{${fields(texts)}}` }, token);
    const given = await server.post({ document: `mutation(${defined}){${fields(used)}}`, variables: values }, token);
    assert.equal(verdictOf(written), "runs", `${JSON.stringify(written.json)} for ${JSON.stringify(texts)}`);
    assert.equal(given.json.errors, undefined, JSON.stringify(given.json));
    // An empty text leaves the name as it is.
    const wrong = texts.filter(
      (text, index) =>
        parseValue(text).value.trim() !== "" &&
        JSON.stringify(written.json.data[`a${index}`]) !== JSON.stringify(given.json.data[`a${index}`]),
    );
    assert.deepEqual(
      wrong.map((text) => [text, parseValue(text).value]),
      [],
    );
  }
});

/** Block strings of several lines, as passwords that are long enough and not too long. */
const passwords = literals
  .filter((literal) => literal.startsWith('"""') && /[\n\r]/.test(literal))
  .map((literal) => `${literal.slice(0, -3)}correct horse"""`)
  .filter((literal) => Buffer.byteLength(parseValue(literal).value) <= 60)
  .slice(0, 40);

test(`${passwords.length} texts of several lines mean the same as their values`, async () => {
  const document = "mutation($i:RegisterInput!){register(input:$i){__typename}}";
  const wrong = [];
  await forAll(passwords, 2, async (literal, index) => {
    const { value } = parseValue(literal);
    const username = `lines.${index}`;
    const chosen = await server.post({ document, variables: { i: { username, password: value } } });
    assert.equal(chosen.json.data?.register.__typename, "RegisterSuccess", `${literal} ${JSON.stringify(chosen.json)}`);
    const { json } = await server.post({
      document: `mutation{login(input:{identifier:"${username}",password:${literal}}){__typename}}`,
    });
    if (json.data?.login.__typename !== "LoginSuccess") wrong.push([literal, value, JSON.stringify(json)]);
  });
  assert.deepEqual(wrong, []);
});
