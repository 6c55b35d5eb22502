/** Moments in French, on the seller's own clock. */

const DAY = new Intl.DateTimeFormat("fr-FR", { weekday: "long", day: "numeric", month: "long" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("fr-FR", {
  day: "numeric",
  month: "long",
  year: "numeric",
});
const TIME = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit" });

/** @param {Date} moment */
export function timeOf(moment) {
  return TIME.format(moment);
}

/**
 * Returns « Aujourd'hui », « Hier », or the day; with the year when it is another.
 *
 * @param {Date} moment
 * @param {Date} now
 */
export function dayOf(moment, now) {
  const days = Math.round((midnight(now) - midnight(moment)) / 86_400_000);
  if (days === 0) return "Aujourd’hui";
  if (days === 1) return "Hier";
  const written = moment.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR;
  const day = written.format(moment).replace(/^1 /, "1er ").replace(/ 1 /, " 1er ");
  return day.charAt(0).toUpperCase() + day.slice(1);
}

/** @param {Date} one @param {Date} other */
export function sameDay(one, other) {
  return midnight(one) === midnight(other);
}

/** @param {Date} moment */
function midnight(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}
