// A server to compare with graphql-js: starting it, sending a request, and the verdict in its response.
import { Agent, request } from "node:http";
import { startLatchkey } from "../latchkey.js";

const settings = {
  INTROSPECTION: "true",
  GRAPHIQL: "false",
  METRICS_BIND: "none",
  ACCESS_TOKEN_EXPIRE_MINUTES: "240",
  ATTEMPTS_PER_ADDRESS: "1000000",
  ATTEMPTS_OVERALL: "1000000",
};

/** The number of requests in progress at the same time. */
export const CONCURRENT = 32;

/**
 * The JSON of a request. Variables may be given as JSON text, for numbers that JavaScript writes in another way.
 */
export const body = ({ document, variables, operationName }) => {
  const text = typeof variables === "string" ? variables : JSON.stringify(variables ?? null);
  const name = operationName === undefined ? "" : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${JSON.stringify(document)},"variables":${text}${name}}`;
};

/** Starts a server; `post` sends one case and resolves to its status and its JSON. */
export async function startServer(more = {}) {
  const latchkey = await startLatchkey({ ...settings, ...more });
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };

  const post = (one, token) =>
    new Promise((resolve, reject) => {
      const sent = Buffer.from(body(one));
      const all = { ...headers, "content-length": sent.length, ...(token && { authorization: `Bearer ${token}` }) };
      const sending = request(latchkey.endpoint, { method: "POST", agent, headers: all }, (response) => {
        const chunks = [];
        response.on("error", reject).on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          try {
            resolve({ status: response.statusCode, json: JSON.parse(text) });
          } catch {
            resolve({ status: response.statusCode, json: {}, text });
          }
        });
      });
      sending.on("error", reject).end(sent);
    });

  const stop = async () => {
    agent.destroy();
    await latchkey.stop();
  };
  return { ...latchkey, post, stop };
}

const verdicts = {
  GRAPHQL_PARSE_FAILED: "parse",
  GRAPHQL_VALIDATION_FAILED: "validation",
  BAD_USER_INPUT: "variables",
  QUERY_TOO_COMPLEX: "limit",
};

/** The verdict of the server about a document: `parse`, `validation`, `variables`, `limit`, `runs`, or the status otherwise. */
export const verdictOf = ({ status, json }) => {
  if (status === 200 && "data" in json) return "runs";
  const code = json.errors?.[0]?.extensions?.code;
  if (status === 400 && !("data" in json)) return verdicts[code] ?? `400 ${code}`;
  return `${status} ${code ?? ""}${"data" in json ? " with data" : ""}`;
};
