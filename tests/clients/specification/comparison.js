// Compares the verdicts of graphql-js and of the server about a case.
import { comparable, difference, executor } from "./execution.js";
import { excepted } from "./exceptions.js";
import { judge } from "./oracle.js";
import { verdictOf } from "./server.js";

/** Compares cases on a server. A case is `{ document, variables, operationName, token }`; the last three are optional. */
export function comparer(server) {
  const { run, forget } = executor(server);
  const counted = {};
  const count = (name) => (counted[name] = (counted[name] ?? 0) + 1);

  const once = async (one) => {
    const oracle = judge(one);
    const expected =
      oracle.verdict === "runs" && comparable(one.document, oracle) ? await run(oracle, one.token) : undefined;
    oracle.directiveFailed = expected?.errors?.some(({ message }) => /Argument "if" of (required|non-null)/.test(message));
    const response = await server.post(one, one.token);
    const verdict = verdictOf(response);

    const exception = verdict !== oracle.verdict || oracle.directiveFailed ? excepted(one, oracle, verdict) : undefined;
    if (exception) return { exception, oracle };
    if (verdict !== oracle.verdict) return { kind: `${oracle.verdict} -> ${verdict}`, oracle, response };
    const free = /__schema|__type(?!name)/.test(one.document);
    const detail = expected && difference(JSON.parse(JSON.stringify(expected)), response.json, free);
    return detail ? { kind: "result", detail, oracle, response } : { oracle };
  };

  /** Compares a case. A different result is compared again with new responses, since results may depend on the time. */
  const compare = async (one) => {
    let found = await once(one);
    if (found.kind === "result") {
      forget();
      found = await once(one);
    }
    count(found.oracle.verdict);
    if (found.exception) count(`exception: ${found.exception.name}`);
    return found.kind ? { ...found, one } : undefined;
  };
  return { compare, counted };
}

/** The description of a difference. */
export const facts = ({ kind, detail, oracle, response, one }) =>
  [
    `${kind}${one.reason ? ` (${one.reason})` : ""}`,
    `  document: ${JSON.stringify(one.document)}`,
    one.variables && `  variables: ${typeof one.variables === "string" ? one.variables : JSON.stringify(one.variables)}`,
    one.operationName !== undefined && `  operationName: ${JSON.stringify(one.operationName)}`,
    one.token && "  with a token",
    `  graphql-js: ${oracle.verdict}${oracle.message ? `: ${oracle.message}` : ""}`,
    `  server: ${response.status} ${(response.text ?? JSON.stringify(response.json)).slice(0, 400)}`,
    detail && `  difference: ${detail}`,
  ]
    .filter(Boolean)
    .join("\n");

/** Runs `work` on every element, with this concurrency. */
export async function forAll(list, concurrent, work) {
  let next = 0;
  const worker = async () => {
    while (next < list.length) await work(list[next], next++);
  };
  await Promise.all(Array.from({ length: concurrent }, worker));
}
