// Composes a supergraph from the SDL of the subgraphs, without a server.
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

export const composed = (subgraphs) => {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { errors, hints, supergraphSdl } = composeServices(services);
  if (errors) throw new AggregateError(errors, errors.join("\n"));
  return { hints, supergraphSdl };
};
