// What graphql-js says about a document: whether it parses, fits the schema, and has variables of the right types.
import {
  buildSchema,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  GraphQLFloat,
  GraphQLSchema,
  introspectionTypes,
  Kind,
  MaxIntrospectionDepthRule,
  parse,
  specifiedDirectives,
  specifiedRules,
  specifiedScalarTypes,
  validate,
} from "graphql";
import { printed } from "../latchkey.js";

/** Stands for a text that the specification leaves to the server: descriptions of what every schema has. */
export const ANY = "(any text)";

/** The schema that the server serves. `Float` is in it, although no field uses it (§3.5: a service may leave it out). */
export const schema = (() => {
  const { types, ...config } = buildSchema(printed("schema")).toConfig();
  return new GraphQLSchema({ ...config, description: ANY, types: [...types, GraphQLFloat] });
})();

for (const type of [...introspectionTypes, ...specifiedScalarTypes]) {
  type.description = ANY;
  const members = [...Object.values(type.getFields?.() ?? {}), ...(type.getValues?.() ?? [])];
  for (const member of members) for (const part of [member, ...(member.args ?? [])]) part.description = ANY;
}
for (const directive of specifiedDirectives) for (const part of [directive, ...directive.args]) part.description = ANY;

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

// How deep introspection may go is a limit, and no rule of the specification.
const rules = specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule);

const variablesOf = ({ variables }) => (typeof variables === "string" ? JSON.parse(variables) : variables) ?? {};

/**
 * The verdict on one case: `parse`, `validation`, `variables` or `runs`, with the message of the first error, and
 * with the document and the operation as far as there are any.
 */
export function judge(one) {
  let document;
  try {
    document = parse(one.document);
  } catch (error) {
    return { verdict: "parse", message: error.message };
  }
  let [wrong] = validate(schema, document, [noDirectivesOnSubscribedFields]);
  wrong ??= validate(schema, document, rules)[0];
  if (wrong) return { verdict: "validation", message: wrong.message, document };

  // An empty name counts as absent.
  const operation = getOperationAST(document, one.operationName || null);
  if (!operation) return { verdict: "variables", message: "No such operation.", document };
  const variables = variablesOf(one);
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors) return { verdict: "variables", message: errors[0].message, document, operation };
  return { verdict: "runs", message: "", document, operation, variables };
}
