/** What is asked before something is done: with whom, until when, with what result. */

import { element } from "../../widget/view/element.js";
import { FRENCH } from "../french.js";
import { SAID } from "../french_conversation.js";
import { snoozesFrom } from "../logic/snoozes.js";
import { topicTitle } from "./badges.js";
import { ask } from "./dialog.js";
import { moment } from "./panel_view.js";
import { pick } from "./picker.js";

/** @import { Case, CannedReply } from "../logic/types.js" */
/** @import { Desk } from "../logic/desk.js" */
/** @import { Option } from "../logic/options.js" */

/**
 * Returns the body of the call for an option, asking for what it needs; null when it is not to be done.
 *
 * @param {Option} option
 * @param {Desk} desk
 * @param {Case} one
 * @param {string} me
 * @returns {Promise<object | null>} raises what reading the choices raises
 */
export async function bodyFor(option, desk, one, me) {
  if (option === "resolve") return resolving();
  if (option === "reassign") return reassigning(desk, one, me);
  if (option === "snooze") return snoozing();
  if (option === "priority") return ranking(one);
  if (option === "topic") return naming(desk, one);
  if (option === "merge") return merging(desk, one);
  return {};
}

async function resolving() {
  const outcomes = Object.entries(SAID.outcomes).map(([id, title]) => ({ id, title }));
  const outcome = await pick(SAID.chooseOutcome, outcomes);
  return outcome === null ? null : { outcome };
}

/** @param {Desk} desk @param {Case} one @param {string} me */
async function reassigning(desk, one, me) {
  const others = desk.staff().then((staff) =>
    staff
      .filter(({ id }) => id !== one.holder?.id)
      .map(({ id, name }) => ({ id, title: id === me ? `${name} (${FRENCH.me.toLowerCase()})` : name, detail: id })),
  );
  const to = await pick(SAID.chooseStaff, others);
  return to === null ? null : { to };
}

async function snoozing() {
  const choices = snoozesFrom(new Date());
  const id = await pick(SAID.chooseSnooze, choices.map(({ id, title, until }) => ({ id, title, detail: moment(until.toISOString()) })));
  const chosen = choices.find((choice) => choice.id === id);
  return chosen ? { until: chosen.until.toISOString() } : null;
}

/** @param {Case} one */
async function ranking(one) {
  const levels = Object.entries(FRENCH.levels).map(([id, title]) => ({ id, title }));
  const level = await pick(SAID.chooseLevel, [{ id: "rules", title: SAID.byRules, detail: one.urgency.why.join(" ") }, ...levels], { current: one.prioritised ?? "rules" });
  return level === null ? null : { level: level === "rules" ? null : level };
}

/** @param {Desk} desk @param {Case} one */
async function naming(desk, one) {
  const topics = desk.topics().then((found) => found.map(({ intent, title, group }) => ({ id: intent, title, detail: group ?? "" })));
  const intent = await pick(SAID.chooseTopic, topics, { current: one.topic?.intent ?? null });
  return intent === null ? null : { intent };
}

/** @param {Desk} desk @param {Case} one */
async function merging(desk, one) {
  const others = desk.others(one.seller.id).then((found) =>
    found.map((other) => ({
      id: other.id,
      title: [topicTitle(other.topic), other.order?.number].filter(Boolean).join(" · "),
      detail: [FRENCH.states[other.state], other.last_message?.text].filter(Boolean).join(" · "),
    })),
  );
  const into = await pick(SAID.chooseDuplicate, others, { empty: SAID.noDuplicate });
  return into === null ? null : { into };
}

/**
 * Lets somebody choose a canned reply.
 *
 * @param {Desk} desk
 * @returns {Promise<CannedReply | null>} raises what reading them raises
 */
export async function chooseCanned(desk) {
  const replies = desk.canned();
  const items = replies.then((found) =>
    found.map(({ id, title, text, missing }) => ({
      id, title, detail: text, ...(missing.length > 0 ? { note: missing.map((name) => `{${name}}`).join(" ") } : {}),
    })),
  ); // prettier-ignore
  const id = await pick(SAID.chooseCanned, items, { empty: SAID.noCanned, wide: true });
  return id === null ? null : ((await replies).find((reply) => reply.id === id) ?? null);
}

/** Whether to go on although a reply is written and not sent. */
export async function goOnUnsent() {
  const answer = await ask({
    title: SAID.unsentTitle,
    body: [element("p", {}, SAID.unsentText)],
    buttons: [{ value: "yes", title: SAID.goOn }],
  });
  return answer === "yes";
}
