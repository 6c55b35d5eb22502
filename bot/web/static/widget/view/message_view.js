/** One message on the screen, from the moment it is written until the server has it and beyond. */

import { FRENCH, typeset } from "../french.js";
import { piecesOf, sourcePiecesOf } from "../logic/links.js";
import { timeOf } from "../logic/moments.js";
import { element, icon, setAttribute, setText, spoken } from "./element.js";

/** @import { Button, Message, Thumb } from "../logic/types.js" */
/** @import { Entry } from "../logic/outbox.js" */
/** @import { Chat } from "../logic/chat.js" */

/**
 * @typedef {object} Actions
 * @property {(text: string) => void} suggest
 * @property {(message: Message, button: Button) => void} press
 * @property {(message: Message, value: Thumb) => void} thumb
 * @property {(entry: Entry) => void} sendAgain
 * @property {(entry: Entry) => void} edit
 * @property {(entry: Entry) => void} discard
 */

export class MessageView {
  /** @param {Chat} chat @param {Actions} actions */
  constructor(chat, actions) {
    this._chat = chat;
    this._actions = actions;
    this._author = element("span", { class: "author" });
    this._bubble = element("p", { class: "bubble" });
    this._choices = element("div", { class: "choices", role: "group", "aria-label": FRENCH.choices, hidden: true });
    this._time = element("time", { class: "time" });
    this._status = element("span", { class: "delivery" });
    this._extra = element("span", { class: "extra" });
    this._meta = element("div", { class: "meta" }, this._time, this._status, this._extra);
    this.node = element("div", { class: "message" }, this._author, this._bubble, this._choices, this._meta);
    this._written = "";
    this._shown = "";
    /** @type {Map<string, HTMLButtonElement>} by token */
    this._buttons = new Map();
    /** @type {Map<Thumb, HTMLButtonElement>} */
    this._thumbs = new Map();
    /** @type {Message | null} */
    this._message = null;
  }

  /** @param {Message} message @param {{first: boolean, last: boolean}} place  in its author's run */
  showMessage(message, { first, last }) {
    this._message = message;
    const name = authorOf(message);
    this.node.className = `message by-${message.author}`;
    this._place(first, last);
    this._setAuthor(name, message.author === "agent" || message.author === "system");
    if (message.author === "seller") this._write(message.text);
    else this._write(typeset(message.text), message.answer ? sourcePiecesOf : piecesOf);
    this._setTime(new Date(message.created_at));
    this._showButtons(message);
    if (message.author === "seller") this._setDelivery("sent");
    else if (message.answer) this._showThumbs(message);
  }

  /** @param {Entry} entry @param {boolean} underWay @param {{first: boolean, last: boolean}} place */
  showEntry(entry, underWay, { first, last }) {
    this.node.className = `message by-seller is-${entry.state}`;
    this._place(first, last);
    this._setAuthor(FRENCH.you, false);
    this._write(entry.text);
    this._setTime(new Date(entry.at));
    if (entry.state === "refused") this._showRefused(entry);
    else if (this._chat.connection === "offline") this._setDelivery("offline");
    else this._setDelivery(underWay ? "sending" : "waiting");
  }

  /** @param {boolean} first @param {boolean} last */
  _place(first, last) {
    this.node.classList.toggle("is-first", first);
    this.node.classList.toggle("is-last", last);
  }

  /** @param {string} name @param {boolean} visible */
  _setAuthor(name, visible) {
    this._author.className = visible ? "author" : "author spoken";
    setText(this._author, visible ? name : typeset(`${name} :`));
  }

  /** @param {string} text @param {typeof piecesOf} divide  takes a line apart */
  _write(text, divide = piecesOf) {
    if (this._written === text) return;
    this._written = text;
    this._bubble.replaceChildren(...text.split("\n").map((each) => line(each, divide)));
  }

  /** @param {Date} moment */
  _setTime(moment) {
    setText(this._time, timeOf(moment));
    setAttribute(this._time, "datetime", moment.toISOString());
  }

  /** @param {"sending" | "waiting" | "offline" | "sent" | "refused"} delivery */
  _setDelivery(delivery) {
    if (this._shown === delivery) return;
    this._shown = delivery;
    this._extra.replaceChildren();
    const says = {
      sending: FRENCH.sending,
      waiting: FRENCH.waiting,
      offline: FRENCH.waitingForNetwork,
      sent: FRENCH.sent,
      refused: FRENCH.refused,
    };
    const picture = delivery === "sent" ? "check" : delivery === "refused" ? "alert" : "clock";
    const text = delivery === "sent" || delivery === "sending" ? spoken(says[delivery]) : says[delivery];
    this._status.replaceChildren(icon(picture), text);
    this._status.dataset.delivery = delivery;
  }

  /** @param {Entry} entry */
  _showRefused(entry) {
    if (this._shown === `refused:${entry.reason}`) return;
    this._setDelivery("refused");
    this._shown = `refused:${entry.reason}`;
    /** @param {string} says @param {() => void} does */
    const action = (says, does) =>
      element("button", { class: "plain", type: "button", onclick: does }, says);
    this._extra.replaceChildren(
      element("span", { class: "reason" }, typeset(entry.reason)),
      action(FRENCH.sendAgain, () => this._actions.sendAgain(entry)),
      ...(entry.button === null ? [action(FRENCH.edit, () => this._actions.edit(entry))] : []),
      action(FRENCH.discard, () => this._actions.discard(entry)),
    );
  }

  /** @param {Message} message */
  _showButtons(message) {
    if (message.buttons.length === 0) return;
    for (const button of message.buttons) {
      const made = this._buttons.get(button.token) ?? this._addButton(button);
      const state = this._chat.buttonState(message, button);
      made.disabled = state !== "open";
      made.dataset.state = state;
      const mark = made.querySelector(".spoken");
      if (state === "used" && mark === null) {
        made.prepend(icon("check"));
        made.append(spoken(`, ${FRENCH.chosen}`));
      } else if (state !== "used" && mark !== null) {
        mark.remove();
        made.querySelector(".icon")?.remove();
      }
    }
    this._choices.hidden = false;
  }

  /** @param {Button} button */
  _addButton(button) {
    const press = () => {
      const current = this._message?.buttons.find(({ token }) => token === button.token);
      if (this._message !== null && current !== undefined) this._actions.press(this._message, current);
    };
    const made = element(
      "button", { class: "choice", type: "button", onclick: press }, typeset(button.title),
    ); // prettier-ignore
    this._buttons.set(button.token, made);
    this._choices.append(made);
    return made;
  }

  /** @param {Message} message */
  _showThumbs(message) {
    if (this._thumbs.size === 0) {
      this._addThumb("up", FRENCH.helpful);
      this._addThumb("down", FRENCH.unhelpful);
    }
    for (const [value, thumb] of this._thumbs) {
      setAttribute(thumb, "aria-pressed", String(message.thumb === value));
    }
  }

  /** @param {"up" | "down"} value @param {string} says */
  _addThumb(value, says) {
    const press = () => {
      if (this._message === null) return;
      this._actions.thumb(this._message, this._message.thumb === value ? null : value);
    };
    const thumb = element(
      "button", { class: "thumb", type: "button", title: says, onclick: press }, icon(value), spoken(says),
    ); // prettier-ignore
    this._thumbs.set(value, thumb);
    this._extra.append(thumb);
  }
}

/** @param {Message} message */
export function authorOf(message) {
  if (message.author === "agent") return message.agent_name || FRENCH.agent;
  return { seller: FRENCH.you, bot: FRENCH.assistant, system: FRENCH.information }[message.author];
}

const BULLET = /^[•–-] /;
const NUMBER = /^\d{1,2}[.)] /;

/** Returns one line of a text; items of a list hang on their mark. @param {string} text @param {typeof piecesOf} divide */
function line(text, divide) {
  let kind = text === "" ? "line is-empty" : "line";
  if (BULLET.test(text)) kind = "line is-item";
  else if (NUMBER.test(text)) kind = "line is-item is-number";
  const pieces = divide(text).map((piece) =>
    piece.url === null ? piece.text : link(piece.text, piece.url),
  );
  return element("span", { class: kind }, ...pieces, "\n");
}

/** @param {string} text @param {string} url */
function link(text, url) {
  return element(
    "a", { href: url, target: "_blank", rel: "noopener noreferrer" },
    text, spoken(` (${FRENCH.newWindow})`),
  ); // prettier-ignore
}
