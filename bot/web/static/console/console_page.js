/** What every page's script begins with: the API, who is signed in, the browser's memory, toasts. */

import { element } from "../widget/view/element.js";
import { FRENCH, heldByOther } from "./french.js";
import { ConsoleApi, Refused } from "./logic/console_api.js";
import { SessionEnded, Unreachable } from "../widget/logic/problems.js";

/** @import { Shelf } from "../widget/logic/types.js" */

export const api = new ConsoleApi("/api/console/v1", (...given) => fetch(...given));

const { staffId = "", staffName = "", staffRole = "agent" } = document.body.dataset;

/** Who is signed in. */
export const me = { id: staffId, name: staffName, role: staffRole };

/** Whether the person signed in may do what a role may. @param {string} role */
export function may(role) {
  const roles = ["agent", "supervisor", "admin"];
  return roles.indexOf(me.role) >= roles.indexOf(role);
}

/** The browser's memory of this origin, where there is one. @type {Shelf | null} */
export const shelf = memory();

function memory() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** @param {string} id  @returns {HTMLElement} raises an Error when the template has no such element */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

const TOAST_STAYS = 6000;

/**
 * Says what was done; screen readers hear it. With an action it stays as long as the action can be
 * taken.
 *
 * @param {string} text
 * @param {{title: string, key?: string, run: () => void, until: number} | null} [action]  `until` in
 *   milliseconds since 1970, on the server's clock
 * @returns {() => void} takes it away
 */
export function toast(text, action = null) {
  const made = element("div", { class: "toast" }, element("span", {}, text));
  const close = () => made.remove();
  if (action !== null) {
    const run = () => {
      close();
      action.run();
    };
    made.append(element("button", { class: "button button-small", type: "button", onclick: run }, action.title));
  }
  byId("toasts").append(made);
  setTimeout(close, action === null ? TOAST_STAYS : Math.max(action.until - api.now(), 1000));
  return close;
}

/**
 * Returns the French sentence for a failure; goes to the sign-in page when the session is over and
 * nothing on the page could be lost.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function sentenceFor(error) {
  if (error instanceof Refused && error.message !== "") return saidOf(error);
  if (error instanceof SessionEnded) return FRENCH.sessionEnded;
  if (error instanceof Unreachable) return FRENCH.unreachable;
  console.error(error);
  return FRENCH.failed;
}

/** The server's sentence; with who has the conversation, where that is the reason. @param {Refused} refused */
function saidOf({ code, message, details }) {
  const holder = details["holder"]?.name;
  if (typeof holder !== "string") return message;
  return code === "already_claimed" || code === "not_holder" ? heldByOther(holder) : message;
}

/** The sign-in page that leads back here. */
export function signInAddress() {
  const here = location.pathname + location.search;
  return `/console/login?next=${encodeURIComponent(here)}`;
}
