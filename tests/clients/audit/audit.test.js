// The public audits of the GraphQL over HTTP specification, all of which pass.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverAudits } from "graphql-http";
import { startLatchkey } from "../latchkey.js";

let latchkey;
before(async () => (latchkey = await startLatchkey()));
after(() => latchkey.stop());

const audits = serverAudits({ url: () => latchkey.endpoint, fetchFn: fetch });

test("the number of audits is unchanged", () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, "ok", result.reason);
  });
}
