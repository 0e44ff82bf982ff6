// The exceptions from the rule that the server judges a request as graphql-js does. Each has a name, a reason, and a condition
// that the test can check.
import { Kind } from "graphql";
import { exceeded } from "./limits.js";

const executable = [Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION];
const halfPair = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

const beyond64Bits = (value) => {
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) >= 2 ** 63;
  return value !== null && typeof value === "object" && Object.values(value).some(beyond64Bits);
};

export const exceptions = [
  {
    name: "a documented limit",
    reason: "The server refuses expensive requests with QUERY_TOO_COMPLEX and the limit in the message.",
    applies: (one, oracle, verdict) =>
      verdict === "limit" && exceeded(one.document, oracle.document, oracle.variables ?? one.variables).length > 0,
  },
  {
    name: "a subscription over POST",
    reason: "Subscriptions need a WebSocket (GraphQL over HTTP leaves the transport of subscriptions open).",
    applies: (_, oracle, verdict) =>
      verdict === "variables" &&
      ["runs", "variables"].includes(oracle.verdict) &&
      oracle.operation?.operation === "subscription",
  },
  {
    name: "definitions of a type system",
    reason:
      "A service accepts an ExecutableDocument (§2.2), so these are syntax errors there, and validation errors in graphql-js.",
    applies: (_, oracle, verdict) =>
      verdict === "parse" &&
      oracle.verdict === "validation" &&
      oracle.document.definitions.some(({ kind }) => !executable.includes(kind)),
  },
  {
    name: "an ID of more than 64 bits",
    reason: "§3.5.5 lets a service refuse whole numbers that it cannot represent as an ID; graphql-js rounds them.",
    applies: (one, oracle, verdict) => verdict === "variables" && oracle.verdict === "runs" && beyond64Bits(oracle.variables),
  },
  {
    name: "half of a surrogate pair in JSON",
    reason:
      "JSON text with one cannot be represented as Unicode (RFC 8259 §8.2), so the server cannot read the request at all.",
    applies: (one, _, verdict) => verdict === "variables" && halfPair.test(JSON.stringify([one.document, one.variables])),
  },
  {
    name: "null for the argument of @skip or @include",
    reason:
      "A nullable variable with a default may be null at run time. §6.3.2 does not define the result: graphql-js fails, others continue.",
    applies: (_, oracle, verdict) => oracle.directiveFailed && ["runs", "variables"].includes(verdict),
  },
];

/** The exception that explains a difference, if there is one. */
export const excepted = (one, oracle, verdict) => exceptions.find(({ applies }) => applies(one, oracle, verdict));
