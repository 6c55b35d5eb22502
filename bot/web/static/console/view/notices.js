/** What stands above a conversation: who has it, what became of it, what is wrong. */

import { element } from "../../widget/view/element.js";
import { byId } from "../console_page.js";
import { FRENCH, heldByOther } from "../french.js";
import { closedWith, pausedUntil, SAID, tookOver } from "../french_conversation.js";
import { moment } from "./panel_view.js";

/** @import { Case } from "../logic/types.js" */
/** @import { Option } from "../logic/options.js" */

/**
 * @typedef {{text: string, link: {title: string, href: string} | null}} Trouble
 *
 * @typedef {object} Standing
 * @property {Case | null} case
 * @property {Set<Option>} options
 * @property {string} me
 * @property {boolean} lost        whether the claim was ours a moment ago
 * @property {Trouble | null} trouble
 * @property {string | null} next  address of the next conversation
 * @property {string} queue        address of the queue
 */

export class Notices {
  /** @param {(option: Option) => void} act */
  constructor(act) {
    this._act = act;
    this._node = byId("notices");
    this._written = "";
  }

  /** @param {Standing} standing */
  show(standing) {
    const written = JSON.stringify({ ...standing, options: [...standing.options] });
    if (written === this._written) return;
    this._written = written;
    const trouble = standing.trouble;
    this._node.replaceChildren(
      ...(trouble === null ? [] : [notice("is-danger", trouble.text, trouble.link && link(trouble.link.title, trouble.link.href))]),
      ...(standing.case === null ? [] : this._about(standing.case, standing)),
    );
  }

  /** @param {Case} one @param {Standing} standing */
  _about(one, { options, me, lost, next, queue }) {
    const button = (/** @type {Option} */ option, /** @type {string} */ title) =>
      options.has(option) && element("button", { class: "button button-small", type: "button", onclick: () => this._act(option) }, title);
    const onwards = next === null ? link(SAID.backToQueue, queue) : link(SAID.next, next);
    const found = [];
    if (one.merged_into !== null) {
      found.push(notice("", SAID.merged, link(SAID.openOther, addressOf(one.merged_into)), button("separate", SAID.separate)));
    } else if (one.state === "resolved") {
      const outcome = SAID.outcomes[/** @type {"answered"} */ (one.outcome)] ?? "";
      found.push(notice("is-success", closedWith(outcome), button("reopen", SAID.reopen), onwards));
    } else if (one.holder !== null && one.holder.id !== me) {
      const said = lost ? tookOver(one.holder.name) : heldByOther(one.holder.name);
      found.push(notice(lost ? "is-danger" : "is-warning", said, button("takeOver", SAID.takeOver)));
    } else if (one.holder === null) {
      found.push(notice(lost ? "is-warning" : "is-accent", one.state === "bot" ? SAID.freeBot : SAID.free, button("claim", SAID.claim)));
    }
    if (one.snoozed_until !== null) {
      found.push(notice("", pausedUntil(moment(one.snoozed_until)), button("wake", SAID.wake)));
    }
    return found;
  }
}

/** @param {string} kind @param {string} text @param {...(HTMLElement | false | null)} actions */
function notice(kind, text, ...actions) {
  return element("div", { class: `notice ${kind}` }, element("span", {}, text), element("span", { class: "actions" }, ...actions));
}

/** @param {string} title @param {string} href */
function link(title, href) {
  return element("a", { class: "button button-small", href }, title);
}

/** @param {string} id */
export function addressOf(id) {
  return `/console/conversations/${encodeURIComponent(id)}`;
}

/** What is wrong, with the way on. @param {string} text @param {string | null} signIn  @returns {Trouble} */
export function troubleOf(text, signIn) {
  return { text, link: signIn === null ? null : { title: FRENCH.signIn, href: signIn } };
}
