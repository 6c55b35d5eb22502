/** The keys of a page, the list of them, and the way to turn single letters off. */

import { element } from "../../widget/view/element.js";
import { shelf } from "../console_page.js";
import { FRENCH } from "../french.js";
import { commandOf } from "../logic/keys.js";
import { ask, asking } from "./dialog.js";

/** @import { Binding } from "../logic/keys.js" */

const OFF = "console:single-keys";

/**
 * @param {readonly Binding[]} bindings
 * @param {(command: string) => void} run
 */
export function listenForKeys(bindings, run) {
  document.addEventListener("keydown", (event) => {
    if (asking()) return;
    const command = commandOf(
      {
        key: event.key,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        isComposing: event.isComposing,
        defaultPrevented: event.defaultPrevented,
        writing: writing(event.target),
        pressing: pressing(event.target),
      },
      bindings,
      singleKeys(),
    );
    if (command === null) return;
    event.preventDefault();
    run(command);
  });
}

/** Shows what the keys do. @param {readonly Binding[]} bindings @param {Binding[]} [more]  said only */
export async function showKeys(bindings, more = []) {
  const list = element("dl", { class: "key-list" });
  for (const { key, shown, said } of [...bindings, ...more]) {
    const names = (shown ?? key).split(" ");
    list.append(
      element("dt", {}, ...names.map((name) => element("kbd", { class: "key" }, name))),
      element("dd", {}, said),
    );
  }
  const box = element("input", { type: "checkbox", checked: singleKeys(), onchange: () => setSingleKeys(box.checked) });
  await ask({
    title: FRENCH.keys,
    body: [list, element("label", { class: "choice" }, box, FRENCH.singleKeys)],
  });
}

function singleKeys() {
  try {
    return shelf?.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
function setSingleKeys(on) {
  try {
    if (on) shelf?.removeItem(OFF);
    else shelf?.setItem(OFF, "off");
  } catch {
    // Then they stay as they are.
  }
}

/** @param {EventTarget | null} target */
function writing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName);
}

/** @param {EventTarget | null} target */
function pressing(target) {
  return target instanceof HTMLElement && target.closest("a, button, summary") !== null;
}
