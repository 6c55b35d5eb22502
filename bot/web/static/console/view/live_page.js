/** The stream of news as a page has it: opened, woken when the page is looked at, closed with it. */

import { Live } from "../logic/live.js";

/** @import { Listener } from "../logic/live.js" */
/** @import { Timers } from "../../widget/logic/types.js" */

/** @type {Timers} */
export const timers = {
  after: (work, milliseconds) => setTimeout(work, milliseconds),
  cancel: (timer) => clearTimeout(timer),
  now: () => Date.now(),
};

/** @param {Listener} listener  @returns {Live} started */
export function openLive(listener) {
  const address = `${location.origin.replace(/^http/, "ws")}/api/console/v1/stream`;
  const live = new Live(() => new WebSocket(address), listener, timers);
  live.start();
  window.addEventListener("online", () => live.wake());
  window.addEventListener("pagehide", () => live.stop());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) live.start();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.wake();
  });
  return live;
}
