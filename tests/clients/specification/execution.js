// The result of graphql-js for a document: each root field is resolved with the server's response to a simple document, which selects
// the whole field with its arguments in variables.
import { execute, getNamedType, GraphQLError, isAbstractType, isLeafType, isNonNullType } from "graphql";
import { ANY } from "./adaptations.js";
import { schema } from "./oracle.js";

/** Fields whose result depends on earlier requests. Documents with them are judged, and their results are not compared. */
const changing = ["login", "sessionEnded"];

/** A selection of everything below a type. */
const everything = (type, above = []) => {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  if (isAbstractType(named)) {
    const parts = schema.getPossibleTypes(named).map((possible) => `... on ${possible} ${everything(possible, above)}`);
    return `{ __typename ${parts.join(" ")} }`;
  }
  const fields = Object.values(named.getFields()).filter((field) => !above.includes(getNamedType(field.type)));
  return `{ ${fields.map((field) => `${field.name} ${everything(field.type, [...above, named])}`).join(" ")} }`;
};

/** The simple document of a field of `Query` or `Mutation`. */
const plain = (operation, field) => {
  const defined = field.args.map(({ name, type }) => `$${name}: ${type}`).join(", ");
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(", ");
  const [definitions, values] = field.args.length ? [`(${defined})`, `(${given})`] : ["", ""];
  return `${operation}${definitions} { ${field.name}${values} ${everything(field.type)} }`;
};

/** Executes cases with graphql-js and the responses of this server. */
export function executor(server) {
  let answers = new Map();

  const resolve =
    (operation) =>
    async (_, args, { token }, { fieldName, parentType }) => {
      const field = parentType.getFields()[fieldName];
      // A refresh token says which session ends, so `logout` does not need an access token then.
      const isLogout = fieldName === "logout" && (args.input?.refreshToken ?? "").trim() !== "";
      if (!token && !isNonNullType(field.type) && !isLogout) {
        throw new GraphQLError("No token.", { extensions: { code: "UNAUTHENTICATED" } });
      }
      const key = JSON.stringify([fieldName, args, token]);
      if (!answers.has(key)) answers.set(key, server.post({ document: plain(operation, field), variables: args }, token));
      const { json } = await answers.get(key);
      const [error] = json.errors ?? [];
      if (error) throw new GraphQLError(error.message, { extensions: error.extensions });
      return json.data[fieldName];
    };
  const roots = [
    ["query", schema.getQueryType()],
    ["mutation", schema.getMutationType()],
  ];
  for (const [operation, type] of roots) {
    for (const field of Object.values(type.getFields())) field.resolve = resolve(operation);
  }

  const run = async (oracle, token) => {
    const { document, operation, variables } = oracle;
    const operationName = operation.name?.value;
    return execute({ schema, document, operationName, variableValues: variables, contextValue: { token } });
  };
  /** Discards the responses, which may depend on the time, such as the last use of a session. */
  const forget = () => (answers = new Map());
  return { run, forget };
}

/** Whether the result of a document can be compared. */
export const comparable = (text, { operation }) =>
  operation.operation !== "subscription" && !changing.some((name) => new RegExp(`\\b${name}\\b`).test(text));

const placesOf = (errors) =>
  [
    ...new Set((errors ?? []).map(({ path, extensions }) => `${path?.join(".")} ${extensions?.code ?? "BAD_USER_INPUT"}`)),
  ].sort();

/**
 * What differs between two results, or nothing. The order of the keys counts. The order of the lists of the introspection does
 * not (§4.2 leaves it open), so with `lists` free, they are compared as sets.
 */
export function difference(expected, actual, lists) {
  const [should, are] = [placesOf(expected.errors), placesOf(actual.errors)];
  if (should.join() !== are.join()) return `errors: ${are.join(", ") || "none"} instead of ${should.join(", ") || "none"}`;
  return differs(expected.data, actual.data, "data", lists);
}

function differs(expected, actual, path, free) {
  if (expected === ANY) return actual === null || typeof actual === "string" ? undefined : `${path}: no text`;
  const [a, b] = [expected, actual].map(kindOf);
  if (a !== b) return `${path}: ${short(actual)} instead of ${short(expected)}`;
  if (a === "list") {
    if (expected.length !== actual.length)
      return `${path}: ${actual.length} elements instead of ${expected.length}: ${short(actual)} instead of ${short(expected)}`;
    if (!free) return first(expected, (value, index) => differs(value, actual[index], `${path}.${index}`, free));
    const left = [...actual];
    // A value with any text fits many elements, so it is matched last.
    const inOrder = expected.toSorted((one, other) => texts(one) - texts(other));
    return first(inOrder, (value) => {
      const found = left.findIndex((other) => !differs(value, other, path, free));
      if (found < 0) return `${path}: no ${short(value)}; there is ${short(left[0])}`;
      left.splice(found, 1);
    });
  }
  if (a === "object") {
    const [keys, others] = [Object.keys(expected), Object.keys(actual)];
    if (keys.join() !== others.join()) return `${path}: keys ${others} instead of ${keys}`;
    return first(keys, (key) => differs(expected[key], actual[key], `${path}.${key}`, free));
  }
  return expected === actual ? undefined : `${path}: ${short(actual)} instead of ${short(expected)}`;
}

/** The number of texts that match any text. */
const texts = (value) => JSON.stringify(value).split(JSON.stringify(ANY)).length;
const kindOf = (value) => (Array.isArray(value) ? "list" : value === null ? "null" : typeof value);
const short = (value) => (JSON.stringify(value) ?? "nothing").slice(0, 200);
const first = (list, judge) => {
  for (const [index, value] of list.entries()) {
    const found = judge(value, index);
    if (found) return found;
  }
};
