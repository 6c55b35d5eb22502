/** How long a message is, counted as the server counts: in characters, not in UTF-16 units. */

const WARN_FROM = 0.8;

/**
 * @param {string} text
 * @param {number} limit
 * @returns {{length: number, shown: boolean, over: number}} `shown`: it is time to show the count
 */
export function measure(text, limit) {
  let length = 0;
  for (const _ of text) length += 1;
  return { length, shown: length >= limit * WARN_FROM, over: Math.max(0, length - limit) };
}
