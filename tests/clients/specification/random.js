// Random numbers from a seed: the same seed creates the same documents on every machine.

/** Mulberry32 by Tommy Ettinger: small, fast, and good enough to choose tokens. */
const mulberry32 = (state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

/** The random choices for document number `index` of a run. Each document has its own, so that it can be reproduced alone. */
export const chance = (seed, index) => {
  const next = mulberry32((Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0);
  const below = (limit) => Math.floor(next() * limit);
  const pick = (list) => list[below(list.length)];
  return { below, pick, chosen: (probability) => next() < probability };
};
