/** Small marks that mean the same on every page. */

import { element } from "../../widget/view/element.js";
import { FRENCH } from "../french.js";

/** @import { Case, CaseState, Level, Topic } from "../logic/types.js" */

const URGENCY = { urgent: "is-danger", high: "is-warning", normal: "", low: "is-outline" };
const STATE = { bot: "is-outline", waiting: "is-warning", human: "is-accent", resolved: "is-success" };

/** @param {Level} level @param {boolean} chosen  by the staff, over the rules */
export function urgencyBadge(level, chosen) {
  const said = FRENCH.levels[level] ?? level;
  return element("span", { class: `badge ${URGENCY[level] ?? ""}`, title: chosen ? FRENCH.levelChosen : null }, chosen ? `${said} ✓` : said);
}

/** @param {CaseState} state */
export function stateBadge(state) {
  return element("span", { class: `badge ${STATE[state] ?? ""}` }, FRENCH.states[state] ?? state);
}

/** Below this a topic is no more than a guess. */
const GUESS = 0.1;
const PERCENT = new Intl.NumberFormat("fr-FR", { style: "percent", maximumFractionDigits: 0 });

/** @param {number | null | undefined} share  0 to 1 */
export function percent(share) {
  return share === null || share === undefined ? "" : PERCENT.format(share);
}

/** Whether a topic is no more than the best of many guesses. @param {Topic} topic */
export function isGuess({ confidence }) {
  return confidence !== null && confidence < GUESS;
}

/** How sure a topic is, in words where a figure would only look exact. @param {Topic | null} topic */
export function sureness(topic) {
  return topic !== null && isGuess(topic) ? FRENCH.unsure : percent(topic?.confidence);
}

/** @param {Topic | null} topic */
export function topicTitle(topic) {
  return topic?.title || FRENCH.noTopic;
}

/** Who said a message, as the staff reads it. @param {{author: string, agent?: {name: string} | null}} message @param {string} seller */
export function authorOf(message, seller) {
  if (message.author === "seller") return seller;
  if (message.author === "agent") return message.agent?.name ?? FRENCH.authors.agent;
  return message.author === "bot" ? FRENCH.authors.bot : FRENCH.authors.system;
}

/** Says what a case is waiting for, in the last column. @param {Case} one @param {string} mine  id of who reads */
export function holderName(one, mine) {
  if (one.holder === null) return "";
  return one.holder.id === mine ? FRENCH.me : one.holder.name;
}

/** What the seller thought of an answer. @param {string} thumb */
export function thumbBadge(thumb) {
  const up = thumb === "up";
  return element("span", { class: `badge ${up ? "is-success" : "is-warning"}` }, up ? FRENCH.helpful : FRENCH.unhelpful);
}
