// Another service of the supergraph: it keeps reviews and, of who wrote them, an id.
import { readFileSync } from "node:fs";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { serve } from "./serve.js";

export const sdl = readFileSync(new URL("./reviews.graphql", import.meta.url), "utf8");

/** Serves these reviews, `{ id, text, author: { id } }` each; they may change meanwhile. */
export const startReviews = (reviews) => {
  const Query = { reviews: () => reviews, review: (_, { id }) => reviews.find((review) => review.id === id) };
  return serve({ schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: { Query } }) });
};
