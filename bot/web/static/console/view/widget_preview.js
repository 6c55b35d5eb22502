/** A message as the widget shows it: by the widget's own code and styles, in a shadow of its own. */

import { launcherSheet } from "../../widget/launcher_style.js";
import { element } from "../../widget/view/element.js";
import { MessageView } from "../../widget/view/message_view.js";
import { panelSheet } from "../../widget/view/panel_style.js";

/** @typedef {{text: string, buttons: string[]}} Preview */

const NOTHING = () => {};
const ACTIONS = { suggest: NOTHING, press: NOTHING, thumb: NOTHING, sendAgain: NOTHING, edit: NOTHING, discard: NOTHING };

export class WidgetPreview {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this._host = element("div");
    const root = this._host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [withoutHost(launcherSheet()), panelSheet()];
    this._log = element("div", { class: "messages" });
    root.append(element("div", { class: "frame" }, this._log));
    parent.replaceChildren(this._host);
  }

  /** @param {Preview} preview */
  show({ text, buttons }) {
    const theme = document.documentElement.dataset["theme"];
    if (theme === undefined) this._host.removeAttribute("theme");
    else this._host.setAttribute("theme", theme);
    /** @type {any} */
    const chat = { buttonState: () => "open", connection: "online" };
    const view = new MessageView(chat, ACTIONS);
    /** @type {any} */
    const message = {
      number: 1, author: "bot", text, created_at: new Date().toISOString(), answer: true, thumb: null,
      buttons: buttons.map((title, place) => ({ title, token: String(place), state: "open" })),
    }; // prettier-ignore
    view.showMessage(message, { first: true, last: true });
    for (const pressed of view.node.querySelectorAll("button, a")) pressed.setAttribute("tabindex", "-1");
    this._log.replaceChildren(view.node);
  }
}

/** The widget hangs over its page; a preview stands in one. @param {CSSStyleSheet} sheet */
function withoutHost(sheet) {
  const kept = new CSSStyleSheet();
  const rules = [...sheet.cssRules].filter((rule) => !(rule instanceof CSSStyleRule && rule.selectorText === ":host"));
  kept.replaceSync(rules.map((rule) => rule.cssText).join("\n"));
  return kept;
}
