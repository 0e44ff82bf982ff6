// The composers of Apollo, Hive and Cosmo: each composes subgraphs and returns the errors.
import * as apollo from "@apollo/composition";
import * as hive from "@theguild/federation-composition";
import * as cosmo from "@wundergraph/composition";
import { parse } from "graphql";

const documents = (subgraphs) => subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));

/** By name, the function that composes `{ name, url, sdl }` and returns the messages of the errors. */
export const composers = {
  Apollo: (subgraphs) => (apollo.composeServices(documents(subgraphs)).errors ?? []).map(String),
  Hive: (subgraphs) => (hive.composeServices(documents(subgraphs)).errors ?? []).map(({ message }) => message),
  Cosmo: (subgraphs) => {
    const given = subgraphs.map(({ name, url, sdl }) => ({ name, url, definitions: parse(sdl) }));
    const version = cosmo.LATEST_ROUTER_COMPATIBILITY_VERSION;
    const result = cosmo.federateSubgraphs({ subgraphs: given, version });
    return result.success ? [] : result.errors.map(({ message }) => message);
  },
};
