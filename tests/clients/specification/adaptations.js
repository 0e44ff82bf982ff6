// Adaptations of graphql-js 16.13 where it differs from the specification of September 2025, and where the specification leaves a
// choice to the server. Other differences are in exceptions.js.
import { GraphQLError, GraphQLFloat, introspectionTypes, Kind, specifiedDirectives, specifiedScalarTypes } from "graphql";

/** Matches any text. The descriptions of the schema and of built-in types are up to the server. */
export const ANY = "(any text)";

/** §3.5 lets a service leave out the types that no field uses; Latchkey has `Float`. */
export const moreTypes = [GraphQLFloat];

/**
 * §5.2.4.1: the fields at the top of a subscription are neither skipped nor included. graphql-js has this rule from 17 on; until
 * then, its rule for single fields throws where such a directive has a variable.
 */
const noDirectivesOnSubscribedFields = (context) => ({
  OperationDefinition({ operation, selectionSet }) {
    const seen = new Set();
    const check = (set) => {
      for (const selection of set.selections) {
        const found = selection.directives?.find(({ name }) => ["skip", "include"].includes(name.value));
        if (found) context.reportError(new GraphQLError(`A subscription cannot @${found.name.value} its field.`));
        const spread = selection.kind === Kind.FRAGMENT_SPREAD ? context.getFragment(selection.name.value) : undefined;
        if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet);
        else if (spread && !seen.has(spread) && seen.add(spread)) check(spread.selectionSet);
      }
    };
    if (operation === "subscription") check(selectionSet);
  },
});

/** Rules of the specification that graphql-js does not have. */
export const moreRules = [noDirectivesOnSubscribedFields];

/** Replaces the descriptions of built-in types with `ANY`. */
export function adapt() {
  for (const described of [...introspectionTypes, ...specifiedScalarTypes, ...specifiedDirectives]) {
    const members = [
      ...Object.values(described.getFields?.() ?? {}),
      ...(described.getValues?.() ?? []),
      ...(described.args ?? []),
    ];
    for (const part of [described, ...members, ...members.flatMap(({ args }) => args ?? [])]) part.description = ANY;
  }
}
