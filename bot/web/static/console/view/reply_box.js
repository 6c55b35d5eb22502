/** Where an agent writes to the seller: what is typed is kept, and nothing unfinished goes out. */

import { setAttribute, setText } from "../../widget/view/element.js";
import { byId, me, shelf } from "../console_page.js";
import { fillIn, SAID, tooLong } from "../french_conversation.js";
import { Drafts } from "../logic/drafts.js";
import { ReplyDraft } from "../logic/reply_draft.js";
import { firstVariable } from "../logic/variables.js";
import { fitHeight } from "./fit_height.js";

/** @import { Suggestion, SuggestionUse } from "../logic/types.js" */
/** @import { Verdict } from "../logic/reply_draft.js" */

/** The seller is told so often at most. */
const TYPING_EVERY = 3000;

export class ReplyBox {
  /**
   * @param {string} conversation
   * @param {{send: (text: string, use: SuggestionUse | null) => void, typing: () => void, canned: () => void}} page
   * @param {boolean} taken  whether we have just claimed the conversation: one may write before it is read
   */
  constructor(conversation, page, taken) {
    this._conversation = conversation;
    this._page = page;
    this._drafts = new Drafts(shelf, `console:${me.id}:reply:`);
    this._draft = new ReplyDraft();
    this._mine = taken;
    this._told = 0;
    this.field = /** @type {HTMLTextAreaElement} */ (byId("reply-text"));
    this._button = byId("send");
    this._problem = byId("reply-problem");
    this._from = byId("reply-from");
    this.field.placeholder = SAID.replyPlaceholder;
    this.field.addEventListener("input", () => this._typed());
    this.field.addEventListener("keydown", (event) => this._key(event));
    byId("canned").addEventListener("click", () => page.canned());
    byId("reply").addEventListener("submit", (event) => {
      event.preventDefault();
      this._send();
    });
    this._draft.write(this._drafts.of(conversation));
    this._write();
  }

  /** Whether something is written that nobody has sent. */
  get started() {
    return this._draft.text.trim() !== "";
  }

  /** @param {boolean} mine  whether we hold the conversation @param {boolean} open  whether anybody may write */
  allow(mine, open) {
    this._mine = mine;
    this.field.disabled = !open;
    this._check(false);
  }

  /** Puts a text behind what is written. @param {string} text @param {Suggestion | null} [origin] */
  add(text, origin = null) {
    this._draft.add(text, origin);
    this._write();
    this.focus();
  }

  focus() {
    this.field.focus();
    const variable = firstVariable(this.field.value);
    if (variable !== null) this.field.setSelectionRange(variable.start, variable.end);
    else this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  _typed() {
    this._draft.write(this.field.value);
    this._keep();
    const now = Date.now();
    if (this._mine && this.started && now - this._told > TYPING_EVERY) {
      this._told = now;
      this._page.typing();
    }
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this._send();
    } else if (event.key === "/" && this.field.value === "") {
      event.preventDefault();
      this._page.canned();
    }
  }

  _send() {
    const verdict = this._draft.verdict(this._mine);
    if (!verdict.sendable) {
      this._check(true);
      if (verdict.problem === "variables") this.focus();
      else this.field.focus();
      return;
    }
    const { use } = this._draft;
    const text = this._draft.text.trim();
    this._draft.clear();
    this._told = 0;
    this._write();
    this._page.send(text, use);
  }

  /** Shows the draft in the field. */
  _write() {
    this.field.value = this._draft.text;
    this._keep();
  }

  _keep() {
    this._drafts.keep(this._conversation, this._draft.text);
    fitHeight(this.field);
    this._check(false);
  }

  /** @param {boolean} asked  whether somebody wants to send it now */
  _check(asked) {
    const verdict = this._draft.verdict(this._mine);
    const said = problemSaid(verdict, asked);
    setText(this._problem, said);
    this._problem.classList.toggle("is-hint", verdict.problem === "claim" && !asked);
    setAttribute(this._button, "aria-disabled", verdict.sendable ? null : "true");
    const wrong = verdict.problem === "long" || verdict.problem === "variables";
    setAttribute(this.field, "aria-invalid", wrong ? "true" : null);
    const { origin } = this._draft;
    setText(this._from, origin === null ? "" : `${SAID.from} « ${origin.title} »`);
  }
}

/** @param {Verdict} verdict @param {boolean} asked */
function problemSaid({ problem, names, over }, asked) {
  if (problem === "variables") return fillIn(names);
  if (problem === "long") return tooLong(over);
  if (problem === "claim") return SAID.claimFirst;
  return problem === "empty" && asked ? SAID.replyPlaceholder : "";
}
