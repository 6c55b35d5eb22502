/** Where staff write to each other: a form of its own, so that a note never goes to the seller. */

import { setText } from "../../widget/view/element.js";
import { byId, me, shelf } from "../console_page.js";
import { SAID } from "../french_conversation.js";
import { Drafts } from "../logic/drafts.js";
import { fitHeight } from "./fit_height.js";

export class NoteBox {
  /** @param {string} conversation @param {(text: string) => void} save */
  constructor(conversation, save) {
    this._conversation = conversation;
    this._save = save;
    this._drafts = new Drafts(shelf, `console:${me.id}:note:`);
    this.field = /** @type {HTMLTextAreaElement} */ (byId("note-text"));
    this.field.placeholder = SAID.notePlaceholder;
    this.field.value = this._drafts.of(conversation);
    this.field.addEventListener("input", () => this._keep());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this._submit();
    });
    byId("note").addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit();
    });
    this._keep();
  }

  /** Puts back a text that was not saved. @param {string} text */
  add(text) {
    const before = this.field.value.trimEnd();
    this.field.value = before === "" ? text : `${before}\n\n${text}`;
    this._keep();
    this.field.focus();
  }

  _submit() {
    const text = this.field.value.trim();
    if (text === "") {
      setText(byId("note-problem"), SAID.notePlaceholder);
      this.field.focus();
      return;
    }
    this.field.value = "";
    this._keep();
    this._save(text);
  }

  _keep() {
    setText(byId("note-problem"), "");
    this._drafts.keep(this._conversation, this.field.value);
    fitHeight(this.field);
  }
}
