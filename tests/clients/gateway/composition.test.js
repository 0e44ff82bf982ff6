// Latchkey's subgraph and others, composed by Apollo, Hive and Cosmo.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { printed } from "../latchkey.js";
import { composers } from "./composers.js";
import { sdl } from "./reviews.js";
import { composed } from "./supergraph.js";

const latchkey = { name: "latchkey", url: "http://latchkey.example/graphql", sdl: printed("schema", "--federation") };
const withOther = (other) => [latchkey, { name: "other", url: "http://other.example/graphql", sdl: other }];

const relay = readFileSync(new URL("./relay.graphql", import.meta.url), "utf8");
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])';
const session = (directives) =>
  `${link} type Query { mine: Session } type Session ${directives} { id: ID! startedAt: String! }`;

test("Apollo's composer has no hints about it", () => {
  const { hints, supergraphSdl } = composed(withOther(sdl));
  assert.deepEqual(hints.map(String), []);
  assert.match(supergraphSdl, /@join__type\(graph: LATCHKEY, key: "id"\)/);
});

for (const [name, compose] of Object.entries(composers)) {
  describe(name, () => {
    test("it composes with reviews", () => assert.deepEqual(compose(withOther(sdl)), []));

    test("it composes with a subgraph in the style of Relay", () => assert.deepEqual(compose(withOther(relay)), []));

    test("the fields of Node are up to the other subgraph", () => {
      const more = relay.replace(/interface Node {|type (Product|User) .*{/g, "$&\n  globalId: ID!");
      assert.deepEqual(compose(withOther(more.replace(", resolvable: false", ""))), []);
    });

    test("it composes with sessions that are entities", () =>
      assert.deepEqual(compose(withOther(session('@key(fields: "id")'))), []));

    test("two subgraphs cannot both own the type Session", () => {
      assert.match(compose(withOther(session(""))).join("\n"), /Session/);
    });

    test("a field of the user that two subgraphs resolve is refused", () => {
      const conflicting = sdl.replace('type User @key(fields: "id", resolvable: false) {', "$&\n  email: String");
      assert.match(compose(withOther(conflicting)).join("\n"), /email/);
    });
  });
}
