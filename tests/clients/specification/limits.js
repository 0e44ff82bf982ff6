// The documented limits of a request, measured again on the document, without the server's code: what the server may refuse as
// QUERY_TOO_COMPLEX although the specification allows it.
import { Kind, Lexer, Source, TokenKind } from "graphql";

export const limits = {
  bytes: 32 * 1024,
  levels: 20,
  operations: 20,
  fields: 500,
  "uses of fragments": 500,
  "root fields": 20,
  aliases: 30,
  directives: 30,
  "open brackets": 64,
  "characters in a name": 64,
  "credential fields": 1,
  "uses of a circular field on a path of introspection": 1,
  "uses of __schema": 1,
  "uses of __type": 1,
  "values in the response": 10_000,
  "values in the introspection": 30_000,
};

/** The fields that accept a password. */
export const credentials = [
  "register",
  "login",
  "verifyEmail",
  "correctEmail",
  "requestEmailChange",
  "changePassword",
  "changeUsername",
  "resetPassword",
];
/** The fields of the introspection that lead from types to other types. */
export const circular = ["fields", "inputFields", "interfaces", "possibleTypes"];

/** The approximate number of elements of a list: at least the number that the server counts, and not many more. */
const elements = { violations: 10, path: 10, aud: 10 };
const schemaElements = {
  types: 86,
  fields: 8,
  inputFields: 2,
  possibleTypes: 14,
  enumValues: 15,
  directives: 5,
  args: 2,
  interfaces: 1,
};
const pageSize = (field, variables) => {
  const { value } = field.arguments?.find(({ name }) => name.value === "first") ?? {};
  const asked = value?.kind === Kind.VARIABLE ? variables?.[value.name.value] : value?.value;
  return Math.min(100, Math.max(1, Number(asked ?? 20) || 100));
};

/** The names of the limits that a case exceeds. */
export const exceeded = (text, document, variables) => {
  const found = { bytes: Buffer.byteLength(text), ...lexical(text), ...(document && measured(document, variables)) };
  return Object.keys(limits).filter((name) => found[name] > limits[name]);
};

/** The measures of the tokens, up to the first syntax error. */
function lexical(text) {
  const found = { "open brackets": 0, "characters in a name": 0 };
  const lexer = new Lexer(new Source(text));
  let open = 0;
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      if ("{[(".includes(token.kind)) found["open brackets"] = Math.max(found["open brackets"], ++open);
      if ("}])".includes(token.kind)) open--;
      if (token.kind === TokenKind.NAME) {
        found["characters in a name"] = Math.max(found["characters in a name"], token.value.length);
      }
    }
  } catch {
    // The rest is not GraphQL.
  }
  return found;
}

/** The largest measures of any operation or fragment of the document, with its fragments written out. */
function measured(document, variables) {
  const fragments = new Map(
    document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  const largest = { operations: document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length };
  const raise = (name, value) => (largest[name] = Math.max(largest[name] ?? 0, value));

  for (const operation of document.definitions) {
    if (!operation.selectionSet) continue;
    const isFragment = operation.kind === Kind.FRAGMENT_DEFINITION;
    const sum = { fields: 0, "uses of fragments": 0, "root fields": 0, aliases: 0, directives: operation.directives?.length ?? 0 };
    Object.assign(sum, { "credential fields": 0, "uses of __schema": 0, "uses of __type": 0 });
    Object.assign(sum, { "values in the response": 0, "values in the introspection": 0 });
    let budget = 100_000;

    const walk = (set, level, root, path, times) => {
      raise("levels", level);
      for (const one of set.selections) {
        if (budget-- < 0) return;
        sum.directives += one.directives?.length ?? 0;
        if (one.kind === Kind.FIELD) field(one, level, root, path, times);
        else if (one.kind === Kind.INLINE_FRAGMENT) walk(one.selectionSet, level + 1, root, path, times);
        else {
          sum["uses of fragments"]++;
          const fragment = fragments.get(one.name.value);
          if (fragment && level < 100) walk(fragment.selectionSet, level + 1, root, path, times);
        }
      }
    };
    const field = (one, level, root, path, times) => {
      const name = one.name.value;
      sum.fields++;
      const schema = root ? name === "__schema" || name === "__type" : path[0] === "schema";
      sum[`values in the ${schema ? "introspection" : "response"}`] += times;
      if (root) sum["root fields"]++;
      if (one.alias) sum.aliases++;
      if (credentials.includes(name)) sum["credential fields"]++;
      if (name === "__schema" || name === "__type") sum[`uses of ${name}`]++;
      const next = schema && root ? ["schema"] : circular.includes(name) ? [...path, name] : path;
      if (schema)
        raise("uses of a circular field on a path of introspection", next.filter((before) => before === name).length);
      const lists = schema ? schemaElements : elements;
      const many = name === "sessions" ? pageSize(one, variables) : Object.hasOwn(lists, name) ? lists[name] : 1;
      if (one.selectionSet) walk(one.selectionSet, level + 1, false, next, times * many);
    };
    walk(operation.selectionSet, 1, !isFragment, [], 1);
    // Fragments that no operation uses are measured as well: validation walks through them.
    for (const [name, value] of Object.entries(isFragment ? { fields: sum.fields, "uses of fragments": sum["uses of fragments"] } : sum)) raise(name, value);
    if (budget < 0) raise("fields", Infinity);
  }
  return largest;
}
