/** How long something has lasted, in French and in few letters. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Returns « 40 s », « 12 min », « 3 h 05 », « 2 j »; never less than nothing, whatever the clocks.
 *
 * @param {string | Date} since
 * @param {number} now  milliseconds since 1970
 */
export function lasted(since, now) {
  const passed = Math.max(0, now - new Date(since).getTime());
  if (passed < MINUTE) return `${Math.floor(passed / 1000)}\u00a0s`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)}\u00a0min`;
  if (passed >= 2 * DAY) return `${Math.floor(passed / DAY)}\u00a0j`;
  const minutes = Math.floor((passed % HOUR) / MINUTE);
  return `${Math.floor(passed / HOUR)}\u00a0h\u00a0${String(minutes).padStart(2, "0")}`;
}

/**
 * Returns the same in whole words, for `title` and for screen readers.
 *
 * @param {string | Date} since
 * @param {number} now
 */
export function lastedSaid(since, now) {
  const passed = Math.max(0, now - new Date(since).getTime());
  const [count, unit] =
    passed < MINUTE ? [Math.floor(passed / 1000), "seconde"]
    : passed < HOUR ? [Math.floor(passed / MINUTE), "minute"]
    : passed < 2 * DAY ? [Math.floor(passed / HOUR), "heure"]
    : [Math.floor(passed / DAY), "jour"]; // prettier-ignore
  return `${count}\u00a0${unit}${count < 2 ? "" : "s"}`;
}
