// Latchkey's subgraph beside other ones, composed by Apollo, Hive and Cosmo.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { printed } from "../latchkey.js";
import { composers } from "./composers.js";
import { sdl } from "./reviews.js";
import { composed } from "./supergraph.js";

const latchkey = { name: "latchkey", url: "http://latchkey.example/graphql", sdl: printed("schema", "--federation") };
const beside = (other) => [latchkey, { name: "other", url: "http://other.example/graphql", sdl: other }];

const relay = readFileSync(new URL("./relay.graphql", import.meta.url), "utf8");
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])';
const session = (directives) =>
  `${link} type Query { mine: Session } type Session ${directives} { id: ID! startedAt: String! }`;

test("Apollo's composer has no hints about it", () => {
  const { hints, supergraphSdl } = composed(beside(sdl));
  assert.deepEqual(hints.map(String), []);
  assert.match(supergraphSdl, /@join__type\(graph: LATCHKEY, key: "id"\)/);
});

for (const [name, compose] of Object.entries(composers)) {
  describe(name, () => {
    test("it composes beside reviews", () => assert.deepEqual(compose(beside(sdl)), []));

    test("it composes beside a subgraph in the style of Relay", () => assert.deepEqual(compose(beside(relay)), []));

    test("the fields of Node are up to the other subgraph", () => {
      const more = relay.replace(/interface Node {|type (Product|User) .*{/g, "$&\n  globalId: ID!");
      assert.deepEqual(compose(beside(more.replace(", resolvable: false", ""))), []);
    });

    test("it composes beside sessions that are entities", () =>
      assert.deepEqual(compose(beside(session('@key(fields: "id")'))), []));

    test("two subgraphs cannot both own the type Session", () => {
      assert.match(compose(beside(session(""))).join("\n"), /Session/);
    });

    test("a field of the user that two subgraphs resolve is refused", () => {
      const bent = sdl.replace('type User @key(fields: "id", resolvable: false) {', "$&\n  email: String");
      assert.match(compose(beside(bent)).join("\n"), /email/);
    });
  });
}
