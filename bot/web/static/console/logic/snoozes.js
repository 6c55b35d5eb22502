/** Until when a conversation may be put away: the usual moments, on the agent's own clock. */

/** @typedef {{id: string, title: string, until: Date}} Snooze */

const MORNING = 9;
const AFTERNOON = 14;
const MONDAY = 1;

/** @param {Date} now  @returns {Snooze[]} each later than the one before */
export function snoozesFrom(now) {
  const found = [
    { id: "hour", title: "Dans 1 heure", until: later(now, 1) },
    { id: "hours", title: "Dans 3 heures", until: later(now, 3) },
    { id: "afternoon", title: "Cet après-midi, 14 h", until: at(now, 0, AFTERNOON) },
    { id: "tomorrow", title: "Demain matin, 9 h", until: at(now, 1, MORNING) },
    { id: "monday", title: "Lundi matin, 9 h", until: at(now, daysTo(now, MONDAY), MORNING) },
    { id: "week", title: "Dans une semaine, 9 h", until: at(now, 7, MORNING) },
  ];
  const coming = found.filter(({ until }) => until > now);
  coming.sort((one, other) => one.until.getTime() - other.until.getTime());
  // Tomorrow may be Monday, or be three hours away: each moment once.
  return coming.filter(({ until }, index) => until.getTime() !== coming[index - 1]?.until.getTime());
}

/** @param {Date} now @param {number} hours */
function later(now, hours) {
  return new Date(now.getTime() + hours * 3_600_000);
}

/** @param {Date} now @param {number} days @param {number} hour */
function at(now, days, hour) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}

/** @param {Date} now @param {number} weekday  @returns {number} 1 to 7 */
function daysTo(now, weekday) {
  return ((weekday - now.getDay() + 6) % 7) + 1;
}
