/** One line of the transcript: a message, a note, a day, or what is still under way. */

import { dayOf, timeOf } from "../../widget/logic/moments.js";
import { element } from "../../widget/view/element.js";
import { SAID } from "../french_conversation.js";
import { authorOf, isGuess, percent, thumbBadge } from "./badges.js";
import { icon } from "./icon.js";
import { textNodes } from "./rich_text.js";

/** @import { Line } from "../logic/transcript.js" */
/** @import { Entry } from "../logic/outgoing.js" */
/** @import { Message } from "../logic/types.js" */

/** @typedef {{again: (entry: Entry) => void, takeBack: (entry: Entry) => void}} Actions */

/**
 * @param {Line} line
 * @param {{seller: string, me: string, unreadFrom: number}} about
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function lineNode(line, about, actions) {
  if (line.kind === "day") return element("p", { class: "day" }, dayOf(line.at, new Date()));
  if (line.kind === "message") return messageNode(line, about);
  if (line.kind === "note") {
    const { note } = line;
    return element(
      "div", { class: "note-line" },
      by(`${SAID.note} · ${note.staff.name}`, line.at, icon("lock")),
      element("p", { class: "text" }, ...textNodes(note.text)),
    ); // prettier-ignore
  }
  return line.kind === "reply" ? pending(line.entry, line.at, about.me, actions) : unsaved(line.entry, line.at, about.me, actions);
}

/** @param {Extract<Line, {kind: "message"}>} line @param {{seller: string, unreadFrom: number}} about */
function messageNode({ message, at, joined }, { seller, unreadFrom }) {
  const fresh = message.author === "seller" && message.number >= unreadFrom;
  const kind = `message by-${message.author}${joined ? " is-joined" : ""}${fresh ? " is-new" : ""}`;
  const extra = [];
  if (message.topic && !isGuess(message.topic)) extra.push(element("span", { class: "cut" }, topicSaid(message.topic)));
  if (message.thumb) {
    extra.push(thumbBadge(message.thumb));
  }
  return element(
    "div", { class: kind, "data-number": message.number },
    by(authorOf(message, seller), at, ...extra),
    element("p", { class: "bubble" }, ...textNodes(message.text, message.author === "bot")),
    offered(message),
  ); // prettier-ignore
}

/** @param {{title: string, intent: string, confidence: number | null}} topic */
function topicSaid({ title, intent, confidence }) {
  return `${title || intent}${confidence === null || confidence === undefined ? "" : ` · ${percent(confidence)}`}`;
}

/** The buttons that came with a message; the one that was pressed is marked. @param {Message} message */
function offered(message) {
  const buttons = message.buttons ?? [];
  if (buttons.length === 0) return null;
  return element(
    "div", { class: "offered" },
    ...buttons.map(({ title, state }) =>
      state === "used"
        ? element("span", { class: "badge is-accent" }, icon("check"), title, element("span", { class: "spoken" }, `, ${SAID.pressed}`))
        : element("span", { class: "badge is-outline" }, title),
    ),
  ); // prettier-ignore
}

/** @param {string} name @param {Date} at @param {...Node} extra */
function by(name, at, ...extra) {
  const time = element("time", { datetime: at.toISOString(), title: at.toLocaleString("fr-FR") }, timeOf(at));
  return element("div", { class: "by" }, element("b", {}, name), time, ...extra);
}

/** @param {Entry} entry @param {Date} at @param {string} me @param {Actions} actions */
function pending(entry, at, me, actions) {
  const failed = entry.state === "failed";
  return element(
    "div", { class: `message is-pending${failed ? " is-failed" : ""}` },
    by(me, at, ...(failed ? [] : [element("span", {}, SAID.sending)])),
    element("p", { class: "bubble" }, ...textNodes(entry.text)),
    failed && failure(entry, actions),
  ); // prettier-ignore
}

/** @param {Entry} entry @param {Date} at @param {string} me @param {Actions} actions */
function unsaved(entry, at, me, actions) {
  return element(
    "div", { class: "note-line" },
    by(`${SAID.note} · ${me}`, at, icon("lock"), ...(entry.state === "failed" ? [] : [element("span", {}, SAID.sending)])),
    element("p", { class: "text" }, entry.text),
    entry.state === "failed" && failure(entry, actions),
  ); // prettier-ignore
}

/** @param {Entry} entry @param {Actions} actions */
function failure(entry, { again, takeBack }) {
  const button = (/** @type {string} */ title, /** @type {() => void} */ run) =>
    element("button", { class: "button button-small", type: "button", onclick: run }, title);
  return element(
    "div", { class: "failure", role: "alert" }, icon("alert"), element("span", {}, entry.reason),
    button(SAID.sendAgain, () => again(entry)), button(SAID.takeBack, () => takeBack(entry)),
  ); // prettier-ignore
}
