// Latchkey's subgraph beside another one, as those see it who compose supergraphs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { printed } from "../latchkey.js";
import { sdl } from "./reviews.js";
import { composed } from "./supergraph.js";

const compose = (reviews) =>
  composed([
    { name: "latchkey", url: "http://latchkey.example/graphql", sdl: printed("schema", "--federation") },
    { name: "reviews", url: "http://reviews.example/graphql", sdl: reviews },
  ]);

test("it composes, and the composer has nothing to remark", () => {
  const { hints, supergraphSdl } = compose(sdl);
  assert.deepEqual(hints.map(String), []);
  assert.match(supergraphSdl, /@join__type\(graph: LATCHKEY, key: "id"\)/);
});

test("the composer is awake", () => {
  const bent = sdl.replace("type User @key(fields: \"id\", resolvable: false) {", "$&\n  email: String");
  assert.throws(() => compose(bent), /Non-shareable field "User.email" is resolved from multiple subgraphs/);
});
