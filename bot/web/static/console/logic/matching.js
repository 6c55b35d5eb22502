/** Choosing from a list by typing: accents, capitals and the order of words do not matter. */

/** @param {string} text */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’']/g, "'").toLowerCase();
}

/**
 * Returns the items in which every word typed begins a word; those whose title does come first.
 *
 * @template {{title: string, detail?: string}} T
 * @param {readonly T[]} items
 * @param {string} typed
 * @returns {T[]}
 */
export function matching(items, typed) {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  const inTitle = items.filter(({ title }) => holds(title, words));
  const elsewhere = items.filter((item) => !inTitle.includes(item) && holds(`${item.title} ${item.detail ?? ""}`, words));
  return [...inTitle, ...elsewhere];
}

/** @param {string} text @param {string[]} words */
function holds(text, words) {
  const there = folded(text).split(/[^\p{L}\p{N}]+/u);
  const parts = words.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u).filter(Boolean));
  return parts.every((part) => there.some((word) => word.startsWith(part)));
}
