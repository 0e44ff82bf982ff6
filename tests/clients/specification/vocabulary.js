// The vocabulary of random changes: names of the schema, punctuators, literals, white space, characters and values.
import { schema } from "./oracle.js";

const fields = Object.values(schema.getTypeMap()).flatMap((type) => Object.values(type.getFields?.() ?? {}));
export const names = [
  ...new Set([
    ...Object.keys(schema.getTypeMap()),
    ...fields.map(({ name }) => name),
    ...fields.flatMap(({ args }) => (args ?? []).map(({ name }) => name)),
  ]),
];

const split = (text) => text.trim().split(/\s+/);

export const marks = split("{ } ( ) [ ] ! $ : = @ ... | & , ? . ..");
export const words = split(`
  on query mutation subscription fragment true false null skip include if type extend oneOf deprecated
  __typename __schema __type v0 v1 F0 A a id
`);
export const literals = split(String.raw`
  "x" "" """b""" "\u0041" "\ud83d\ude00" "\u{1F600}" "\ud83d" "\x" " """
  0 1 -1 -0 1.5 1e1 2147483648 12345678901234567890 00 - .5 1. 1a 0xF
  é ENUM VALIDATION_FAILED
`);
export const inputTypes = split(`
  Int String Boolean ID Float DateTime ErrorCode LoginInput UpdateProfileInput User Nothing
`);

/** Separators between tokens. */
export const gaps = [" ", "\n", ",", "\t", "\r\n", "\r", "#c\n", '# " { \n', "\uFEFF", " , ", "  \n  ", "#\r"];
export const alphabet = [..."{}()[]!$:=@|&.,\"#\\ \n\r\t-_09azAZé😀\u0000\uFEFF\u2028'+*%?"];

/** Values of variables. */
export const values = [
  ...[null, true, false, "", "x", "1", "true"],
  ...[0, 1, -1, 1.5, 2147483647, 2147483648, -2147483649, 1e300, 9007199254740993],
  ...[[], ["x"], [1], [[]], [null]],
  ...[{}, { x: 1 }, { displayName: "x" }, { sessionId: 1 }],
];

/** Valid and invalid selections. */
export const selections = [
  "__typename",
  "t: __typename",
  "id",
  "a: id",
  "id: __typename",
  "nothing",
  "__typename @ skip ( if : true )",
  "id @ include ( if : $ v0 )",
  "__typename @ nope",
  "... on User { id }",
  "... on Node { id }",
  "... on UserError { code }",
  "... { __typename }",
  "... F0",
  "... @ skip ( if : $ v1 ) { __typename }",
  "__typename { id }",
  "... on Query { __typename }",
  "profile { id }",
  "node ( id : 1 ) { __typename }",
  "sessions ( first : $ v0 ) { nodes { id } }",
  '__type ( name : "User" ) { name }',
].map(split);
