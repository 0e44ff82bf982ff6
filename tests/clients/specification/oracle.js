// What graphql-js says about a document: whether it parses, fits the schema, and has variables of the right types.
import {
  buildSchema,
  getOperationAST,
  getVariableValues,
  GraphQLSchema,
  MaxIntrospectionDepthRule,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { printed } from "../latchkey.js";
import { adapt, ANY, moreRules, moreTypes } from "./adaptations.js";

/** The schema that the server serves. */
export const schema = (() => {
  const { types, ...config } = buildSchema(printed("schema")).toConfig();
  return new GraphQLSchema({ ...config, description: ANY, types: [...types, ...moreTypes] });
})();
adapt();

// The depth of introspection is a limit, not a rule of the specification.
const rules = specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule);

const variablesOf = ({ variables }) => (typeof variables === "string" ? JSON.parse(variables) : variables) ?? {};

/**
 * The verdict on one case: `parse`, `validation`, `variables` or `runs`, with the message of the first error, and
 * with the document and the operation if they exist.
 */
export function judge(one) {
  let document;
  try {
    document = parse(one.document);
  } catch (error) {
    return { verdict: "parse", message: error.message };
  }
  // The rule of graphql-js for subscriptions throws where the rule before it has an error.
  const wrong = validate(schema, document, moreRules)[0] ?? validate(schema, document, rules)[0];
  if (wrong) return { verdict: "validation", message: wrong.message, document };

  // An empty name counts as absent.
  const operation = getOperationAST(document, one.operationName || null);
  if (!operation) return { verdict: "variables", message: "No such operation.", document };
  const variables = variablesOf(one);
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors) return { verdict: "variables", message: errors[0].message, document, operation };
  return { verdict: "runs", message: "", document, operation, variables };
}
