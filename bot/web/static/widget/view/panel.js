/** The panel: header with its actions, the conversation, and the place to write. */

import { FRENCH, typeset } from "../french.js";
import { Banner } from "./banner.js";
import { Composer, refusing } from "./composer.js";
import { element, icon, setAttribute, setText, spoken } from "./element.js";
import { HistoryView } from "./history_view.js";
import { LogView } from "./log_view.js";
import { Menu } from "./menu.js";
import { panelSheet } from "./panel_style.js";
import { followViewport, keepTabInside, SMALL } from "./phone.js";
import { RatingView } from "./rating_view.js";
import { saveText } from "./save_text.js";

/** @import { Chat } from "../logic/chat.js" */
/** @import { Change } from "../logic/shown.js" */
/** @import { Chime } from "./chime.js" */

export class Panel {
  /**
   * @param {Chat} chat
   * @param {Chime} chime
   * @param {ShadowRoot} root
   * @param {() => void} close
   */
  constructor(chat, chime, root, close) {
    this._chat = chat;
    this._root = root;
    this._close = close;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, panelSheet()];
    this._log = new LogView(chat, {
      suggest: (text) => this._send(text),
      press: (message, button) => this._press(() => chat.press(message, button)),
      thumb: (message, value) => this._thumb(() => chat.thumb(message, value), value !== null),
      sendAgain: (entry) => chat.sendAgain(entry.clientId),
      edit: (entry) => {
        chat.discard(entry.clientId);
        this._composer.write(entry.text);
      },
      discard: (entry) => this._press(() => chat.discard(entry.clientId)),
    });
    this._composer = new Composer((text) => this._send(text), () => this._say(FRENCH.noFiles), () => chat.types());
    this._banner = new Banner(chat, () => chat.restart());
    this._menu = new Menu(chime, {
      beginAnew: () => this._press(() => chat.beginAnew()),
      past: () => this._showHistory(),
      person: () => this._send(FRENCH.askPerson),
      download: () => this._download(),
      rate: () => this._showRating(true),
    });
    this._history = new HistoryView(chat, () => this._leaveHistory());
    this._rating = new RatingView(chat, (rated) => this._leaveRating(rated));
    /** @type {string | null} the conversation whose rating was offered */
    this._offered = null;
    this._notice = this._makeNotice();
    this._subtitle = element("p", { class: "subtitle" });
    this._title = element("h2", { id: "title", class: "title" }, FRENCH.name);
    this._talk = element(
      "div", { class: "talk" },
      this._log.node, this._log.below, this._notice, this._composer.node,
    ); // prettier-ignore
    this.node = this._makeNode();
    this._stopFollowing = () => {};
    this._unlisten = chat.listen((change) => this._update(change));
    this._update({ kind: "replay" });
  }

  show() {
    this.node.hidden = false;
    this._stopFollowing = followViewport(this.node, () => {
      setAttribute(this.node, "aria-modal", SMALL.matches ? "true" : null);
    });
    this._composer.fit();
    this._log.toBottom();
    this._focusWriting();
  }

  /** @param {string} text */
  write(text) {
    this._composer.write(text);
  }

  hide() {
    this._stopFollowing();
    this._menu.hide();
    this.node.hidden = true;
  }

  remove() {
    this._stopFollowing();
    this._unlisten();
    this._banner.stop();
    this.node.remove();
  }

  _makeNode() {
    const header = element(
      "header", { class: "header" },
      element("span", { class: "avatar", "aria-hidden": "true" }, icon("chat")),
      element("div", { class: "titles" }, this._title, this._subtitle),
      this._menu.button,
      element("button", { class: "tool", type: "button", onclick: this._close }, icon("close"), spoken(FRENCH.close)),
      this._menu.node,
    ); // prettier-ignore
    return element(
      "div", {
        class: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", hidden: true,
        onkeydown: (event) => this._key(event),
        onclick: (event) => this._menu.clickedAt(event),
        ondragover: (event) => refusing(event, event.dataTransfer, () => {}),
        ondrop: (event) => refusing(event, event.dataTransfer, () => this._say(FRENCH.noFiles)),
      },
      header, this._banner.node, this._talk, this._banner.status,
    ); // prettier-ignore
  }

  _makeNotice() {
    const dismiss = element(
      "button", { class: "tool small", type: "button", onclick: () => this._say("") }, icon("close"), spoken(FRENCH.dismiss),
    ); // prettier-ignore
    return element("div", { class: "notice", hidden: true }, element("p"), dismiss);
  }

  /** @param {Change} change */
  _update(change) {
    if (change.kind === "notice") {
      this._say(change.text);
      return;
    }
    const { session, conversation, phase } = this._chat;
    this._log.show(change);
    this._banner.show();
    if (session !== null) {
      this._composer.limitTo(session.limits.message_length);
      this._rating.limitTo(session.limits.comment_length);
      setText(this._title, typeset(session.assistant.name));
    }
    const state = conversation?.state ?? "bot";
    const subtitles = { human: FRENCH.withPerson, waiting: FRENCH.waitingForPerson };
    setText(this._subtitle, subtitles[/** @type {"human"} */ (state)] ?? FRENCH.automatic);
    this._menu.allow({ conversation: conversation !== null, rated: conversation?.rated ?? false });
    setAttribute(this._talk, "aria-busy", phase === "starting" ? "true" : null);
    if (state === "resolved" && conversation?.rated === false) this._showRating(false);
    else if (this._rating.node.isConnected && this._offered !== conversation?.id) this._rating.node.remove();
  }

  /** @param {string} text */
  _send(text) {
    this._say("");
    this._press(() => this._chat.send(text));
    this._log.toBottom();
  }

  /** Does what takes away the place of the focus, and puts it where it goes on. @param {() => void} act */
  _press(act) {
    act();
    this._focusWriting();
  }

  /** @param {() => void} act @param {boolean} given */
  _thumb(act, given) {
    act();
    if (given) this._banner.speak(FRENCH.thanks);
  }

  /** On a touch screen the keyboard would jump up: the panel itself takes the focus there. */
  _focusWriting() {
    const touch = matchMedia("(pointer: coarse)").matches;
    if (touch && this._root.activeElement !== this._composer.field) this.node.focus();
    else this._composer.field.focus();
  }

  /** @param {string} text */
  _say(text) {
    this._notice.hidden = text === "";
    const paragraph = this._notice.firstElementChild;
    if (paragraph !== null) setText(paragraph, typeset(text));
    if (text !== "") this._banner.speak(typeset(text));
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.key === "Tab" && SMALL.matches) {
      keepTabInside(event, this.node, this._root.activeElement);
    }
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    if (this._menu.isOpen) this._menu.hide(true);
    else if (this._history.node.isConnected) this._leaveHistory();
    else this._close();
  }

  _showHistory() {
    this._talk.replaceWith(this._history.node);
    this._history.load();
  }

  _leaveHistory() {
    this._history.node.replaceWith(this._talk);
    this._log.toBottom();
    this._focusWriting();
  }

  /** @param {boolean} asked  by the seller, not offered by us */
  _showRating(asked) {
    const id = this._chat.conversation?.id ?? null;
    if (id === null || (!asked && this._offered === id)) return;
    this._offered = id;
    this._log.after.replaceChildren(this._rating.node);
    this._log.toBottom();
    if (asked) this._rating.focus();
  }

  /** @param {boolean} rated */
  _leaveRating(rated) {
    this._rating.node.remove();
    if (rated) this._say(FRENCH.thanks);
    this._focusWriting();
  }

  async _download() {
    const { conversation } = this._chat;
    if (conversation === null) return;
    try {
      const day = conversation.created_at.slice(0, 10);
      saveText(await this._chat.api.transcript(conversation.id), `conversation-${day}.txt`);
    } catch (error) {
      this._chat.report(error);
    }
  }
}
