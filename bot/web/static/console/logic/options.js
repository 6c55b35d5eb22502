/** What somebody may do with a case as it stands. The server decides; this only says what to offer. */

/** @import { Case } from "./types.js" */

/**
 * @typedef {"claim" | "takeOver" | "release" | "handBack" | "resolve" | "reopen" | "reassign"
 *   | "snooze" | "wake" | "merge" | "separate" | "priority" | "topic" | "reply" | "note"} Option
 */

/**
 * @param {Case} one
 * @param {string} me
 * @param {boolean} supervisor
 * @returns {Set<Option>}
 */
export function optionsFor(one, me, supervisor) {
  const mine = one.holder?.id === me;
  const free = one.holder === null;
  const merged = one.merged_into !== null;
  /** @type {Set<Option>} */
  const options = new Set(["note", "priority", "topic"]);
  const offer = (/** @type {boolean} */ when, /** @type {Option[]} */ ...found) => {
    if (when) for (const option of found) options.add(option);
  };
  offer(merged, "separate");
  if (merged) return options;
  offer(free && one.state !== "resolved", "claim");
  offer(one.state === "resolved", "reopen");
  offer(mine, "reply", "release", "handBack", "resolve", "snooze", "reassign");
  offer(!free && !mine && supervisor, "takeOver", "reassign");
  offer(one.snoozed_until !== null, "wake");
  offer((free || mine) && one.state !== "resolved", "merge");
  return options;
}
