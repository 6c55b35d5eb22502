/** The stream of news as a page has it: opened, woken when the page is looked at, closed with it. */

import { Live } from "../logic/live.js";
import { showWarnings } from "./warnings.js";

/** @import { Listener, News } from "../logic/live.js" */
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
  const withWarnings = {
    onNews: (/** @type {News} */ news) => {
      if (news.type === "warnings") void showWarnings();
      else listener.onNews(news);
    },
    onEverything: () => {
      void showWarnings();
      listener.onEverything();
    },
    onConnection: (/** @type {boolean} */ on) => listener.onConnection(on),
  };
  const live = new Live(() => new WebSocket(address), withWarnings, timers);
  live.start();
  window.addEventListener("online", () => live.wake());
  window.addEventListener("pagehide", () => live.stop());
  window.addEventListener("console:signing-out", () => live.stop());
  window.addEventListener("console:still-here", () => live.start());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) live.start();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.wake();
  });
  return live;
}
