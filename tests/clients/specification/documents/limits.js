// Documents at the documented limits, which run, and just beyond them, which are refused as too complex: `[reason, document]`.
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index)).join(" ");
const nested = (levels, open, inner) => `${open.repeat(levels)}${inner}${"}".repeat(levels)}`;

const bytes = (count) => `{__typename}#${"é".repeat((count - 13) >> 1)}${(count - 13) % 2 ? "x" : ""}x`;
const levels = (count) => `{${nested(count - 1, "...{", "__typename")}}`;
const spreads = (count) => `{...F0} ${many(count - 2, (one) => `fragment F${one} on Query{...F${one + 1}}`)} fragment F${count - 2} on Query{__typename}`;
const fields = (count) => `{verifyToken(token:"x"){${"valid ".repeat(count - 1)}}}`;
const inFragments = (count) => `{verifyToken(token:"x"){...F ...F}} fragment F on TokenVerification{${"valid ".repeat((count - 1) / 2)}}`;
const roots = (count) => `{${"__typename ".repeat(count)}}`;
const rootsInFragments = (count) => `{...F ...F} fragment F on Query{${"__typename ".repeat(count / 2)}}`;
const aliases = (count) => `{verifyToken(token:"x"){${many(count, (one) => `a${one}:valid`)}}}`;
const directives = (count) => `{verifyToken(token:"x"){${"valid@skip(if:false)".repeat(count)}}}`;
const name = (length) => "n".repeat(length);
const introspection = (name, more) => `{__type(name:"Query"){${name}{${more}}}}`;

export const runs = [
  ["32 kB", bytes(32 * 1024)],
  ["20 levels", levels(20)],
  ["20 levels by spreads", spreads(20)],
  ["500 fields", fields(500)],
  ["499 fields in fragments", inFragments(499)],
  ["20 fields at the top", roots(20)],
  ["20 fields at the top in fragments", rootsInFragments(20)],
  ["30 aliases", aliases(30)],
  ["30 directives", directives(30)],
  ["a response name of 64 characters", `{${name(64)}:__typename}`],
  ["an operation and a fragment of 64 characters", `query ${name(64)}{...${name(64)}} fragment ${name(64)} on Query{__typename}`],
  ["a variable of 64 characters", `query($${name(64)}:Boolean!){__typename @skip(if:$${name(64)})}`, { [name(64)]: false }],
  ["one field with a password", 'mutation{login(input:{identifier:"x",password:"x"}){__typename}}'],
  ["__schema and __type", '{__schema{queryType{name}} __type(name:"User"){name}}'],
  ["each list of the introspection once", introspection("fields", "type{possibleTypes{interfaces{inputFields{name}}}}")],
  ["lists of the introspection side by side", introspection("fields", "type{fields{name}}").replace("fields{type{fields{name}}}", "a:fields{name} b:fields{type{name}} possibleTypes{name} interfaces{name}")],
];

export const beyond = [
  ["32 kB and a byte", bytes(32 * 1024 + 1)],
  ["21 operations", many(21, (one) => `query q${one}{__typename}`)],
  ["21 levels", levels(21)],
  ["21 levels by spreads", spreads(21)],
  ["501 fields", fields(501)],
  ["501 fields in fragments", inFragments(501)],
  ["21 fields at the top", roots(21)],
  ["22 fields at the top in fragments", rootsInFragments(22)],
  ["31 aliases", aliases(31)],
  ["31 directives", directives(31)],
  ["a response name of 65 characters", `{${name(65)}:__typename}`],
  ["an operation of 65 characters", `query ${name(65)}{__typename}`],
  ["a fragment of 65 characters", `{...${name(65)}} fragment ${name(65)} on Query{__typename}`],
  ["a variable of 65 characters", `query($${name(65)}:Boolean!){__typename @skip(if:$${name(65)})}`, { [name(65)]: false }],
  ["65 open brackets", `{verifyToken(token:${"[".repeat(63)}${"]".repeat(63)}){valid}}`],
  ["two fields with a password", 'mutation{login(input:{identifier:"x",password:"x"}){__typename} a:login(input:{identifier:"x",password:"x"}){__typename}}'],
  ["two fields with a password in fragments", 'mutation{...F ...F} fragment F on Mutation{login(input:{identifier:"x",password:"x"}){__typename}}'],
  ["__schema twice", "{__schema{queryType{name}} a:__schema{queryType{name}}}"],
  ["__type twice", '{__type(name:"User"){name} a:__type(name:"Node"){name}}'],
  ["fields of fields", introspection("fields", "type{fields{name}}")],
  ["types of interfaces of types", '{__type(name:"UserError"){possibleTypes{interfaces{possibleTypes{name}}}}}'],
  ["types of interfaces of types by fragments", '{__type(name:"UserError"){...F}} fragment F on __Type{possibleTypes{interfaces{...G}}} fragment G on __Type{possibleTypes{name}}'],
  ["more values than a request may ask for", `{${many(10, (one) => `a${one}:sessions(first:100){nodes{id createdAt lastUsedAt expiresAt endedAt current ipAddress userAgent} edges{node{id createdAt lastUsedAt}}}`)}}`],
];
