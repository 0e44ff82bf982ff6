// Random changes of a document: its tokens, the types of its variables, their values, and its characters.
import { alphabet, gaps, inputTypes, literals, marks, names, selections, values, words } from "./vocabulary.js";

const kinds = [
  [/^\w*[A-Za-z_]\w*$/, [...names, ...words]],
  [/^["\d-]/, literals],
  [/./, marks],
];
/** Another token, most often of the same kind. */
const other = (token, { pick, chosen }) =>
  pick(chosen(0.8) ? kinds.find(([kind]) => kind.test(token))[1] : pick([names, marks, words, literals]));

/** A copy of `document` with one change. */
export function changed(document, chance) {
  const { pick, below } = chance;
  const { tokens, variables } = document;
  const at = below(tokens.length);
  const roll = below(100);
  const replaced = (from, count, ...into) => ({ ...document, tokens: tokens.toSpliced(from, count, ...into) });
  /** A position of this token, or any position. */
  const place = (wanted) => {
    const all = tokens.flatMap((token, index) => (token === wanted ? [index] : []));
    return all.length ? pick(all) : at;
  };

  // Most tokens are punctuators, and without one of them, the rest is seldom valid.
  const named = tokens.flatMap((token, index) => (/^[\w"-]/.test(token) ? [index] : []));
  const likely = named.length && chance.chosen(0.9) ? pick(named) : at;

  if (roll < 30) return replaced(likely, 1, other(tokens[likely], chance));
  if (roll < 42) return replaced(place("{") + 1, 0, ...pick(selections));
  if (roll < 46) return replaced(at, 1);
  if (roll < 49) return replaced(at, 0, tokens[at]);
  if (roll < 53) return replaced(at, 0, other(tokens[at], chance));
  if (roll < 58) {
    const partner = below(tokens.length);
    const swapped = [...tokens];
    [swapped[at], swapped[partner]] = [tokens[partner], tokens[at]];
    return { ...document, tokens: swapped };
  }
  if (roll < 60) return replaced(at, 1 + below(6));
  if (roll < 62) return replaced(at, 0, ...tokens.slice(at, at + 2 + below(8)));
  if (roll < 76) return otherType(document, chance);
  if (roll < 92) return { ...document, variables: otherValue(variables, chance) };
  if (roll < 96) return { ...document, operationName: pick(["A", "", "B", "F0", undefined]) };
  return { ...document, characters: (document.characters ?? 0) + 1 };
}

/** Another type for one of the variables. */
function otherType(document, { pick, below, chosen }) {
  const { tokens } = document;
  const ends = tokens.flatMap((token, index) => (token === ":" && tokens[index - 2] === "$" ? [index + 1] : []));
  if (!ends.length) return { ...document, tokens: tokens.toSpliced(tokens.indexOf("{") + 1, 0, ...pick(selections)) };
  const from = pick(ends);
  let to = from;
  while (tokens[to] === "[") to++;
  if (/^\w/.test(tokens[to])) to++;
  while (tokens[to] === "]" || tokens[to] === "!") to++;
  const type = tokens.slice(from, to);
  const ways = [
    () => (type.at(-1) === "!" ? type.slice(0, -1) : [...type, "!"]),
    () => ["[", ...type, "]", ...(chosen(0.5) ? ["!"] : [])],
    () => type.map((token) => (/^\w/.test(token) ? pick(inputTypes) : token)),
  ];
  return { ...document, tokens: tokens.toSpliced(from, to - from, ...pick(ways)()) };
}

/** Another value at some depth, a removed value, or an undefined one. */
function otherValue(value, chance, depth = 0) {
  const { pick, below, chosen } = chance;
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  if (depth > 0 && (!isObject || chosen(0.4))) return chosen(0.2) ? [value] : pick(values);
  const keys = Object.keys(value);
  const roll = below(100);
  if (roll < 15 || !keys.length) return { ...value, [pick(["v0", "v1", "nothing", "displayName"])]: pick(values) };
  const key = pick(keys);
  if (roll < 40) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: otherValue(value[key], chance, depth + 1) };
}

const wordLike = /[\w"]$/;
const wordStart = /^[\w"]/;

/** The text of a document, with random separators between its tokens. */
export function rendered({ tokens, characters = 0 }, { below, pick, chosen }) {
  const wild = chosen(0.4);
  let text = "";
  for (const token of tokens) {
    const needed = wordLike.test(text) && wordStart.test(token) && !chosen(0.0005);
    const gap = wild && chosen(0.3) ? pick(gaps) : chosen(0.15) ? " " : "";
    text += gap || (needed ? " " : "");
    text += token;
  }
  for (let times = 0; times < characters; times++) {
    const all = [...text];
    const at = below(all.length + 1);
    const ways = [
      () => all.toSpliced(at, 1),
      () => all.toSpliced(at, 0, pick(alphabet)),
      () => all.toSpliced(at, 1, pick(alphabet)),
    ];
    text = pick(ways)().join("");
  }
  return text;
}
