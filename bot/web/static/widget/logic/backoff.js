/** How long to wait before trying again: longer each time, and never all at once. */

export const FIRST_DELAY = 1000;
export const LONGEST_DELAY = 30_000;

/**
 * Returns the wait before an attempt, in milliseconds.
 *
 * It doubles with every attempt up to LONGEST_DELAY; a random half of it keeps a thousand clients
 * that lost the same server from coming back in the same moment.
 *
 * @param {number} attempt  0 for the first
 * @param {() => number} random  in [0, 1)
 */
export function delayBefore(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt, 20));
  return ceiling / 2 + (random() * ceiling) / 2;
}
