// Shortens a document that is judged differently, as long as the difference stays the same.

const withoutNames = (message) => message.replace(/"[^"]*"/g, "");

/** The shortest text found within the attempts, and its variables. */
export async function shrunk({ one, kind, oracle }, compare) {
  let best = { ...one, tokens: one.document.match(/"""[^]*?"""|"(?:\\.|[^"\\])*"|\w+|\s+|[^]/gu) ?? [] };
  let attempts = 400;
  const differs = async (candidate) => {
    const found = await compare(candidate);
    return found?.kind === kind && withoutNames(found.oracle.message) === withoutNames(oracle.message);
  };
  const attempt = async (candidate) => {
    if (attempts-- <= 0 || !(await differs(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.tokens.length / 2); size >= 1 && attempts > 0; size = size > 1 ? Math.floor(size / 2) : 0) {
    for (let at = 0; at < best.tokens.length && attempts > 0;) {
      const tokens = best.tokens.toSpliced(at, size);
      if (!(await attempt({ ...best, tokens, document: tokens.join("") }))) at += size;
    }
  }
  for (const name of Object.keys(best.variables ?? {})) {
    await attempt({
      ...best,
      variables: Object.fromEntries(Object.entries(best.variables).filter(([key]) => key !== name)),
    });
  }
  return `  shorter: ${JSON.stringify(best.document)} ${JSON.stringify(best.variables ?? {})}`;
}
