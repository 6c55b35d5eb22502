/** An answer's text as it is edited: changed step by step, compared, and put where it belongs. */

/**
 * @typedef {{text: string, facts: string[]}} Part
 * @typedef {{title: string, intent: string}} Choice
 * @typedef {{name: string, asks: string[], facts: string[], partial: boolean}} FollowUp
 * @typedef {object} Content
 * @property {string} title
 * @property {Part[]} parts
 * @property {string} offer
 * @property {Choice[]} leads_on
 * @property {FollowUp[]} follow_ups
 * @property {{name: string, link: string}} source
 *
 * @typedef {{code: string, place: string, blocks: boolean, says: string}} Problem
 */

/** @param {Content} content  @returns {Content} */
export function copyOf(content) {
  return structuredClone(content);
}

/** Whether two texts are the same, whatever the order of an object's fields. @param {unknown} one @param {unknown} other */
export function same(one, other) {
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

/** @param {string} _key @param {any} value */
function sorted(_key, value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Moves one item; what would leave the list stays.
 *
 * @template T
 * @param {T[]} items
 * @param {number} from
 * @param {number} by  -1 or 1
 */
export function move(items, from, by) {
  const to = from + by;
  const [moved] = items.slice(from, from + 1);
  if (moved === undefined || to < 0 || to >= items.length) return;
  items.splice(from, 1);
  items.splice(to, 0, moved);
}

/** @param {string} text  one to a line  @returns {string[]} */
export function linesOf(text) {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

/** @param {string[]} list @param {string} item @param {boolean} wanted  @returns {string[]} */
export function withItem(list, item, wanted) {
  const others = list.filter((each) => each !== item);
  return wanted ? [...others, item] : others;
}

/** Characters of the answer, as the limit counts them. @param {Content} content */
export function lengthOf(content) {
  return [...content.parts.map(({ text }) => text.trim()).join("\n\n")].length;
}

/**
 * Returns what to say beneath one field.
 *
 * @param {readonly Problem[]} problems
 * @param {string} place
 */
export function problemsAt(problems, place) {
  return problems.filter((problem) => problem.place === place);
}

/** What is new or gone, and never what stays. @template {{kind: string}} T @param {readonly T[]} changes  @returns {T[]} */
export function onlyChanged(changes) {
  return changes.filter(({ kind }) => kind !== "same");
}
