/** The conversation on the screen: the welcome, the messages with their days, who is typing. */

import { agentTyping, FRENCH, typeset } from "../french.js";
import { dayOf, sameDay } from "../logic/moments.js";
import { arrange } from "./arrange.js";
import { element, icon, setText, spoken } from "./element.js";
import { MessageView } from "./message_view.js";

/** @import { Message } from "../logic/types.js" */
/** @import { Entry } from "../logic/outbox.js" */
/** @import { Chat } from "../logic/chat.js" */
/** @import { Change } from "../logic/shown.js" */
/** @import { Actions } from "./message_view.js" */

const RUN = 5 * 60_000;
const NEAR = 60;

/**
 * A message or an entry, in the order shown.
 * @typedef {{key: string, author: string, at: Date, message: Message | null, entry: Entry | null}} Line
 */

export class LogView {
  /** @param {Chat} chat @param {Actions} actions */
  constructor(chat, actions) {
    this._chat = chat;
    this._actions = actions;
    /** @type {Map<string, MessageView>} */
    this._views = new Map();
    /** @type {Map<string, HTMLElement>} */
    this._days = new Map();
    this._welcome = element("div", { class: "welcome" });
    this._earlier = element(
      "button", { class: "plain earlier", type: "button", hidden: true, onclick: () => this._readEarlier() }, FRENCH.earlier,
    ); // prettier-ignore
    // "off" while what was said before is put back: only what is new is read out.
    this.log = element("div", { class: "messages", role: "log", "aria-label": FRENCH.messages, "aria-live": "off", "aria-relevant": "additions" });
    this._typingText = spoken("");
    this._typing = element(
      "div", { class: "typing", hidden: true },
      element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")),
      this._typingText,
    ); // prettier-ignore
    this.after = element("div", { class: "after" });
    this.node = element(
      "div", { class: "scroller", tabindex: "0", role: "group", "aria-label": FRENCH.conversation, onscroll: () => this._scrolled() },
      this._welcome, this._earlier, this.log, this._typing, this.after,
    ); // prettier-ignore
    this._below = element(
      "button", { class: "below", type: "button", hidden: true, onclick: () => this.toBottom() },
      icon("arrowDown"), FRENCH.newBelow,
    ); // prettier-ignore
    this.below = this._below;
    this._stuck = true;
    this._welcomed = "";
  }

  /** @param {Change} change */
  show(change) {
    const height = this.node.scrollHeight;
    const top = this.node.scrollTop;
    const lines = this._lines();
    if (this._isHistory(change, lines) || (change.kind === "replay" && this._hushed())) this._hush();
    this._showWelcome();
    this._reconcile(lines);
    this._earlier.hidden = this._chat.timeline.floor === 0;
    this._showTyping();
    if (change.kind === "news") this._follow(change.messages);
    else if (this._stuck) this.toBottom();
    else if (change.kind === "replay") this.node.scrollTop = top + this.node.scrollHeight - height;
  }

  toBottom() {
    this.node.scrollTop = this.node.scrollHeight;
    this._stuck = true;
    this._below.hidden = true;
  }

  _hushed() {
    return this.log.getAttribute("aria-live") === "off";
  }

  /**
   * Whether messages come that are no news; a replay of what stands here already brings none.
   *
   * @param {Change} change
   * @param {Line[]} lines
   */
  _isHistory(change, lines) {
    return change.kind !== "news" && lines.some(({ key, message }) => message && !this._views.has(key));
  }

  /** What comes next is no news. */
  _hush() {
    this.log.setAttribute("aria-live", "off");
    requestAnimationFrame(() =>
      requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite")),
    );
  }

  /** @returns {Line[]} */
  _lines() {
    const { timeline, waiting } = this._chat;
    const stored = new Set(timeline.messages.map(({ client_id }) => client_id));
    const messages = timeline.messages.map((message) => ({
      key: message.client_id ? `c:${message.client_id}` : `m:${message.number}`,
      author: message.author + (message.agent_name ?? ""),
      at: new Date(message.created_at),
      message,
      entry: null,
    }));
    const entries = waiting
      .filter(({ clientId }) => !stored.has(clientId))
      .map((entry) => ({
        key: `c:${entry.clientId}`,
        author: "seller",
        at: new Date(entry.at),
        message: null,
        entry,
      }));
    return [...messages, ...entries];
  }

  /** @param {Line[]} lines */
  _reconcile(lines) {
    /** @type {Map<string, MessageView>} */
    const kept = new Map();
    const wanted = [];
    const days = new Set();
    for (const [index, line] of lines.entries()) {
      const before = lines[index - 1];
      if (before === undefined || !sameDay(before.at, line.at)) {
        const day = this._day(line.at);
        if (!days.has(day)) wanted.push(day);
        days.add(day);
      }
      const view = this._views.get(line.key) ?? new MessageView(this._chat, this._actions);
      const place = { first: !joined(before, line), last: !joined(line, lines[index + 1]) };
      if (line.message !== null) view.showMessage(line.message, place);
      else if (line.entry !== null) {
        view.showEntry(line.entry, this._chat.sender.underWay === line.entry.clientId, place);
      }
      kept.set(line.key, view);
      wanted.push(view.node);
    }
    this._views = kept;
    arrange(this.log, wanted);
  }

  /** @param {Date} at */
  _day(at) {
    const key = at.toDateString();
    const known = this._days.get(key) ?? element("p", { class: "day" });
    setText(known, dayOf(at, new Date()));
    this._days.set(key, known);
    return known;
  }

  _showWelcome() {
    const { session, timeline, waiting } = this._chat;
    const begins = timeline.floor === 0;
    const empty = begins && timeline.messages.length === 0 && waiting.length === 0;
    this._welcome.hidden = session === null || !begins;
    const state = `${session?.seller.id}:${empty}`;
    if (session === null || state === this._welcomed) return;
    this._welcomed = state;
    const { introduction, human_hint: hint } = session.assistant;
    this._welcome.replaceChildren(
      element("div", { class: "mark", "aria-hidden": "true" }, icon("chat")),
      element("p", { class: "introduction" }, typeset(introduction)),
      element("p", { class: "hint" }, typeset(hint)),
      ...(empty ? [this._suggestions(session.suggestions)] : []),
    );
  }

  /** @param {string[]} suggestions */
  _suggestions(suggestions) {
    return element(
      "div", { class: "suggestions", role: "group", "aria-label": FRENCH.suggestions },
      ...suggestions.map((text) =>
        element("button", { class: "suggestion", type: "button", onclick: () => this._actions.suggest(text) }, typeset(text)),
      ),
    ); // prettier-ignore
  }

  _showTyping() {
    const { typing } = this._chat;
    this._typing.hidden = typing === null;
    if (typing === null) return;
    setText(this._typingText, typing.author === "agent" ? agentTyping(typing.name) : FRENCH.typing);
  }

  /** Shows news: from its beginning when it is longer than the window. @param {Message[]} messages */
  _follow(messages) {
    const own = messages.some(({ author }) => author === "seller");
    if (!own && !this._stuck) {
      this._below.hidden = false;
      return;
    }
    this.toBottom();
    const first = messages.find(({ author }) => author !== "seller");
    const node = first && this._views.get(`m:${first.number}`)?.node;
    if (node) this.node.scrollTop = Math.min(this.node.scrollTop, node.offsetTop - 12);
    this._stuck = true;
  }

  _scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    this._stuck = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this._stuck) this._below.hidden = true;
  }

  async _readEarlier() {
    this._earlier.disabled = true;
    this._stuck = false;
    try {
      await this._chat.readEarlier();
    } catch (error) {
      this._chat.report(error);
    }
    this._earlier.disabled = false;
  }
}

/** @param {Line | undefined} one @param {Line | undefined} next */
function joined(one, next) {
  if (one === undefined || next === undefined || one.author !== next.author) return false;
  return next.at.getTime() - one.at.getTime() < RUN && sameDay(one.at, next.at);
}
