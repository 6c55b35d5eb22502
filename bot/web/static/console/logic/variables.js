/** Variables of canned replies: `{nom}` that nobody has filled in must not reach a seller. */

const VARIABLE = /\{([\p{L}_][\p{L}\p{N}_.]*)\}/gu;

/** @param {string} text  @returns {string[]} the names, each once, in the text's order */
export function unknownVariables(text) {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ""))];
}

/**
 * Returns where the first variable stands, to be selected and written over; null without one.
 *
 * @param {string} text
 * @returns {{start: number, end: number} | null}
 */
export function firstVariable(text) {
  const match = text.matchAll(VARIABLE).next().value;
  return match === undefined ? null : { start: match.index, end: match.index + match[0].length };
}
