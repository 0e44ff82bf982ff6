// Latchkey compared with graphql-js on random documents: `SEED=… COUNT=… node --test generated.test.js`. Documents that may change data
// are sent without a token, and with texts that no account, ticket or password has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { changed, rendered } from "./changes.js";
import { comparer, facts, forAll } from "./comparison.js";
import { generate } from "./generator.js";
import { chance } from "./random.js";
import { CONCURRENT, startServer } from "./server.js";
import { shrunk } from "./shrink.js";
import { registered } from "./user.js";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const count = Number(process.env.COUNT ?? 3000);
/** The number of differences of a kind that are printed. */
const SHOWN = Number(process.env.SHOWN ?? 5);
const only = process.env.INDEX && Number(process.env.INDEX);

/** Document number `index`: valid, or with one or two changes. */
const made = (index) => {
  const of = chance(seed, index);
  let document = generate(of);
  for (let changes = of.pick([0, 1, 1, 1, 2, 2]); changes > 0; changes--) document = changed(document, of);
  const { tokens, variables, operationName } = document;
  const text = rendered(document, of);
  const signedIn = of.chosen(0.3) && !/mutation|subscription/.test(text);
  const token = signedIn ? users[index % users.length].token : undefined;
  return { tokens, document: text, variables, operationName, token, reason: `seed ${seed}, index ${index}` };
};

/** The number of documents of one user, whose requests are limited. */
const EACH = 500;

let server, users, compare, counted;
before(async () => {
  server = await startServer();
  users = [];
  for (let from = 0; from < count; from += EACH) users.push(await registered(server, `user.${from}`));
  ({ compare, counted } = comparer(server));
});
after(() => server?.stop());

test(`${count} documents of seed ${seed}`, { timeout: 3_600_000 }, async (t) => {
  console.log(`SEED=${seed} COUNT=${count}`);
  const indices = only === undefined || only === "" ? Array.from({ length: count }, (_, index) => index) : [only];
  const different = [];
  await forAll(indices, CONCURRENT, async (index) => {
    const found = await compare(made(index));
    if (found) different.push(found);
  });

  t.diagnostic(JSON.stringify(counted));
  const kinds = {};
  const shown = [];
  for (const found of different) {
    kinds[found.kind] = (kinds[found.kind] ?? 0) + 1;
    if (kinds[found.kind] <= SHOWN) shown.push(facts(found), await shrunk(found, compare));
  }
  const summary = `${different.length} of ${indices.length} differ, seed ${seed}: ${JSON.stringify(kinds)}`;
  assert.equal(different.length, 0, `${summary}\n${shown.join("\n")}`);
});
