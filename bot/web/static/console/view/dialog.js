/** Questions that stand in front of the page: the browser's own dialog keeps the focus, and Escape. */

import { element } from "../../widget/view/element.js";
import { FRENCH } from "../french.js";
import { icon } from "./icon.js";

/** @import { Child } from "../../widget/view/element.js" */

let count = 0;

/**
 * Opens a dialog; resolves with the value of the button that closed it, "" for Escape and Cancel.
 *
 * @param {object} about
 * @param {string} about.title
 * @param {Child[]} about.body
 * @param {{value: string, title: string, kind?: string}[]} [about.buttons]  beside Cancel
 * @param {boolean} [about.wide]
 * @param {(close: (value: string) => void) => void} [about.opened]
 * @returns {Promise<string>}
 */
export function ask({ title, body, buttons = [], wide = false, opened }) {
  count += 1;
  const id = `dialog-${count}`;
  const cancel = element(
    "button", { class: "button button-quiet button-icon", type: "button", "aria-label": FRENCH.close, onclick: () => dialog.close("") },
    icon("close"),
  ); // prettier-ignore
  const foot = element("div", { class: "dialog-foot" });
  if (buttons.length > 0) {
    foot.append(
      element("button", { class: "button", type: "button", onclick: () => dialog.close("") }, FRENCH.cancel),
      ...buttons.map(({ value, title: text, kind = "button-primary" }) =>
        element("button", { class: `button ${kind}`, type: "submit", value }, text),
      ),
    );
  }
  const form = element(
    "form", { method: "dialog" },
    element("div", { class: "dialog-head" }, element("h2", { id }, title), cancel),
    element("div", { class: "dialog-body" }, ...body),
    buttons.length > 0 && foot,
  ); // prettier-ignore
  const dialog = element("dialog", { class: `dialog${wide ? " dialog-wide" : ""}`, "aria-labelledby": id }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    // Outside of it is beside the question.
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close("");
    });
    dialog.showModal();
    opened?.((value) => dialog.close(value));
  });
}

/** Whether a dialog stands in front of the page. */
export function asking() {
  return document.querySelector("dialog[open]") !== null;
}
