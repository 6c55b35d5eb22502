/** The head of a conversation: who, what about, how it stands, and what can be done now. */

import { element, setAttribute, setText } from "../../widget/view/element.js";
import { api, byId } from "../console_page.js";
import { FRENCH, viewersSaid } from "../french.js";
import { SAID } from "../french_conversation.js";
import { lasted } from "../logic/durations.js";
import { stateBadge, sureness, topicTitle, urgencyBadge } from "./badges.js";
import { icon } from "./icon.js";
import { tameMenu } from "./menu.js";

/** @import { Case } from "../logic/types.js" */
/** @import { Option } from "../logic/options.js" */

/** What stands in the row, the first of them the main thing to do; the rest is in the menu. */
const FIRST = /** @type {const} */ (["claim", "takeOver", "reopen", "wake", "resolve", "handBack"]);
const MENU = /** @type {const} */ (["release", "reassign", "snooze", "merge", "separate", "priority", "topic"]);
/** @type {Partial<Record<Option, string>>} */
const KEYS = { claim: "c", takeOver: "c", resolve: "e", handBack: "h", release: "l", reassign: "a", snooze: "s", merge: "m", priority: "p", topic: "t" };

export class CaseHead {
  /** @param {string} conversation @param {(option: Option) => void} act */
  constructor(conversation, act) {
    this._act = act;
    this._about = byId("about");
    const csv = element("a", { class: "menu-item", href: `/api/console/v1/conversations/${encodeURIComponent(conversation)}/export.csv`, download: true }, SAID.csv);
    this._first = element("div", { class: "row" });
    this._list = element("div", { class: "menu-list" });
    const summary = element("summary", { class: "button button-icon", "aria-label": SAID.others, title: SAID.others }, icon("more"));
    this._menu = element("details", { class: "menu" }, summary, this._list);
    this._csv = csv;
    tameMenu(this._menu);
    byId("actions").append(this._first, this._menu);
    this._written = "";
    /** @type {Case | null} */
    this._case = null;
  }

  /** @param {Case} one @param {Set<Option>} options @param {string} me */
  show(one, options, me) {
    this._case = one;
    this.tick();
    const written = JSON.stringify([one, [...options]]);
    if (written === this._written) return;
    this._written = written;
    setText(byId("seller"), one.seller.name);
    const others = one.viewers.filter(({ id }) => id !== me);
    byId("badges").replaceChildren(
      stateBadge(one.state),
      urgencyBadge(one.prioritised ?? one.urgency.level, one.prioritised !== null),
      ...(others.length > 0 ? [element("span", { class: "badge is-outline" }, icon("eye"), viewersSaid(others.map(({ name }) => name)))] : []),
    );
    setAttribute(byId("badges"), "title", one.urgency.why.join(" ") || null);
    this._showActions(options);
  }

  /** How long they have been waiting goes on. */
  tick() {
    const one = this._case;
    if (one === null) return;
    const topic = one.topic ? `${topicTitle(one.topic)} (${sureness(one.topic)})` : FRENCH.noTopic;
    const wait = one.waiting_since === null ? null : `${FRENCH.waits} ${lasted(one.waiting_since, api.now())}`;
    const why = one.urgency.why.join(" ");
    setText(this._about, [topic, one.order?.number, one.reason_french, wait, why].filter(Boolean).join(" · "));
    setAttribute(this._about, "title", this._about.textContent);
  }

  /** @param {Set<Option>} options */
  _showActions(options) {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["option"] : undefined;
    const first = FIRST.filter((option) => options.has(option));
    this._first.replaceChildren(...first.map((option, index) => this._button(option, index === 0)));
    this._list.replaceChildren(...MENU.filter((option) => options.has(option)).map((option) => this._item(option)), this._csv);
    if (focused !== undefined && document.activeElement === document.body) {
      this._first.querySelector("button")?.focus();
    }
  }

  /** @param {Option} option @param {boolean} main */
  _button(option, main) {
    return element(
      "button", { class: `button${main ? " button-primary" : ""}`, type: "button", "data-option": option, onclick: () => this._act(option) },
      titleOf(option), keyOf(option),
    ); // prettier-ignore
  }

  /** @param {Option} option */
  _item(option) {
    return element(
      "button", { class: "menu-item", type: "button", "data-option": option, onclick: () => this._act(option) },
      titleOf(option), keyOf(option),
    ); // prettier-ignore
  }
}

/** @param {Option} option */
function titleOf(option) {
  return SAID[/** @type {"claim"} */ (option)];
}

/** @param {Option} option */
function keyOf(option) {
  const key = KEYS[option];
  return key !== undefined && element("kbd", { class: "key", "aria-hidden": "true" }, key);
}
