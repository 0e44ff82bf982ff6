// Random valid documents over the whole schema: selections, fragments, aliases, directives and variables. A document is a list of tokens,
// so that single tokens can be changed.
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from "graphql";
import { circular, credentials } from "./limits.js";
import { schema } from "./oracle.js";

/** Texts that no account, token or ticket has, and that no new password may be. */
export const texts = ["", "x", "not a token", "a@b", "é☃😀", 'q"\\\n', "0", "User", "01a1fde1-c0bc-7b72-8c94-579e61b3219e"];
const numbers = [1, 2, 3, 20, 100, 0, -1, 101, 2147483647];
const typeNames = [...Object.keys(schema.getTypeMap()), "Nothing", "user"];

const composites = Object.values(schema.getTypeMap()).filter((type) => isCompositeType(type) && !type.name.startsWith("__"));

/** A document of `tokens` with `variables` and an `operationName`. */
export function generate({ below, pick, chosen }) {
  const definitions = [];
  const variables = {};
  const fragments = [];
  let room = 3 + below(22);
  let aliases = 0;
  // A document stays within the limits of these fields, so that it tests the specification and not the limits.
  const once = new Set([...credentials, "__schema", "__type"]);

  const scalar = (type) => {
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (type.name === "Boolean") return chosen(0.5);
    if (type.name === "Int") return pick(numbers);
    return type.name === "ID" && chosen(0.2) ? pick(numbers) : pick(texts);
  };
  /** A value of an input type, as JSON. */
  const value = (type) => {
    if (isNonNullType(type)) return value(type.ofType);
    if (isListType(type)) return Array.from({ length: below(3) }, () => value(type.ofType));
    if (!isInputObjectType(type)) return scalar(type);
    const wanted = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || chosen(0.6));
    const given = (field) => (!isNonNullType(field.type) && chosen(0.15) ? null : value(field.type));
    return Object.fromEntries(wanted.map((field) => [field.name, given(field)]));
  };

  /** A new variable of a type, with or without a default; its tokens. */
  const variable = (type, hasDefault = false) => {
    const name = `v${definitions.length}`;
    const nullable = getNullableType(type);
    const withDefault = !isLeafType(nullable) ? false : chosen(0.25);
    const loose = isNonNullType(type) && (withDefault || hasDefault) && chosen(0.6) ? nullable : type;
    const strict = !isNonNullType(loose) && chosen(0.3) ? `${loose}!` : `${loose}`;
    const tokens = ["$", name, ":", ...(strict.match(/\w+|[[\]!]/g) ?? [])];
    if (withDefault) tokens.push("=", ...literal(type, false));
    definitions.push(tokens);
    const omitted = (withDefault || !strict.endsWith("!")) && chosen(0.4);
    if (!omitted) variables[name] = !strict.endsWith("!") && !withDefault && chosen(0.15) ? null : value(type);
    return ["$", name];
  };
  /** The tokens of a value, with variables in it where they may be. */
  const literal = (type, free = true, hasDefault = false) => {
    if (free && definitions.length < 6 && chosen(0.35)) return variable(type, hasDefault);
    if (!isNonNullType(type) && chosen(0.1)) return ["null"];
    const inner = getNullableType(type);
    if (isListType(inner)) return ["[", ...Array.from({ length: below(3) }, () => literal(inner.ofType, free)).flat(), "]"];
    if (isInputObjectType(inner)) {
      const wanted = Object.values(inner.getFields()).filter((field) => isNonNullType(field.type) || chosen(0.6));
      const part = (field) => [field.name, ":", ...literal(field.type, free, field.defaultValue !== undefined)];
      return ["{", ...wanted.flatMap(part), "}"];
    }
    const one = scalar(inner);
    if (typeof one !== "string" || isEnumType(inner)) return [String(one)];
    return [chosen(0.15) && !/["\\]/.test(one) ? `"""${one}"""` : JSON.stringify(one)];
  };

  const directives = (probability = 0.12) => {
    if (!chosen(probability)) return [];
    const one = (name) => ["@", name, "(", "if", ":", ...literal(schema.getDirective(name).args[0].type), ")"];
    return chosen(0.15) ? [...one("skip"), ...one("include")] : one(pick(["skip", "include"]));
  };

  const typeName = ({ name }, path) => name === "__type" && !path.length;
  const args = (field, path) => {
    const given = field.args.filter((arg) => (isNonNullType(arg.type) && arg.defaultValue === undefined) || chosen(0.4));
    if (!given.length) return [];
    const tokens = given.flatMap((arg) => {
      const fixed = typeName(field, path) ? [JSON.stringify(pick(typeNames))] : undefined;
      return [arg.name, ":", ...(fixed ?? literal(arg.type, true, arg.defaultValue !== undefined))];
    });
    return ["(", ...tokens, ")"];
  };

  const field = (field, path) => {
    room--;
    if (credentials.includes(field.name)) credentials.forEach((name) => once.delete(name));
    once.delete(field.name);
    const wanted = field.args.length && field.name !== "fields" ? 0.75 : 0.12;
    const alias = chosen(0.03) ? [pick(["a", "b", "id", "on"]), ":"] : chosen(wanted) ? [`a${aliases++}`, ":"] : [];
    const named = getNamedType(field.type);
    const inner = isLeafType(named) ? [] : selections(named, [...path, field.name]);
    return [...alias, field.name, ...args(field, path), ...directives(), ...inner];
  };
  const fieldsOf = (type, path) => {
    const all = type.getFields ? Object.values(type.getFields()) : [];
    const ok = all.filter(({ name, type: of }) => {
      if (circular.includes(name) && path.includes(name)) return false;
      if (credentials.includes(name) && !once.has(name)) return false;
      return isLeafType(getNamedType(of)) || path.length < 6;
    });
    if (type !== schema.getQueryType() || path.length) return ok;
    return [...ok, ...ok, ...[SchemaMetaFieldDef, TypeMetaFieldDef].filter(({ name }) => once.has(name))];
  };

  const conditions = (type) => {
    const fit = composites.filter((other) => schema.getPossibleTypes && overlaps(type, other));
    return fit.length ? fit : [type];
  };
  const fragment = (type, path) => {
    if (chosen(0.15)) return ["...", ...directives(), ...selections(type, path)];
    const on = pick(conditions(type));
    if (chosen(0.5)) return ["...", "on", on.name, ...directives(), ...selections(on, path)];
    const known = fragments.filter(({ type: of, tokens }) => tokens && of === on);
    if (known.length && chosen(0.5)) return ["...", pick(known).name, ...directives()];
    const one = { name: `F${fragments.length}`, type: on };
    fragments.push(one);
    one.tokens = ["fragment", one.name, "on", on.name, ...directives(0), ...selections(on, path)];
    return ["...", one.name, ...directives()];
  };

  const selections = (type, path) => {
    const tokens = ["{"];
    let wanted = 1 + below(4);
    while (wanted-- > 0) {
      const fields = fieldsOf(type, path);
      const roll = below(100);
      if (room > 0 && roll < (isAbstractType(type) ? 55 : 18) && path.length < 7) tokens.push(...fragment(type, path));
      else if (roll > 92 || !fields.length) tokens.push(...(chosen(0.3) ? ["t", ":"] : []), "__typename", ...directives());
      else tokens.push(...field(pick(room > 0 ? fields : leaves(fields)), path));
    }
    tokens.push("}");
    return tokens;
  };
  const leaves = (fields) => {
    const found = fields.filter((one) => isLeafType(getNamedType(one.type)));
    return found.length ? found : fields;
  };

  const roll = below(100);
  const [keyword, root] =
    roll < 72
      ? ["query", schema.getQueryType()]
      : roll < 97
        ? ["mutation", schema.getMutationType()]
        : ["subscription", schema.getSubscriptionType()];
  const body = selections(root, []);
  const name = chosen(0.4) ? "A" : undefined;
  const defined = definitions.length ? ["(", ...definitions.flat(), ")"] : [];
  const shorthand = keyword === "query" && !name && !definitions.length && chosen(0.7);
  const described = !shorthand && chosen(0.05) ? ['"what"'] : [];
  const operation = shorthand ? body : [...described, keyword, ...(name ? [name] : []), ...defined, ...body];
  const parts = [operation, ...fragments.map((one) => one.tokens)];
  const others = name && chosen(0.15);
  if (others) parts.push(pick(otherOperations));
  if (chosen(0.3)) parts.reverse();
  return { tokens: parts.flat(), variables, operationName: others || (name && chosen(0.5)) ? name : undefined };
}

/** Other operations in the same document. */
const otherOperations = [
  "query B { __typename }",
  "query B ( $ v0 : String ! ) { verifyToken ( token : $ v0 ) { valid } }",
  "mutation B { logout { __typename } }",
  "subscription B { sessionEnded { id } }",
].map((text) => text.split(" "));

const possible = (type) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
const overlaps = (one, other) => possible(one).some((type) => possible(other).includes(type));
