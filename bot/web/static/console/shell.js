/** The bar of every page: light or dark, and signing out. */

import { setAttribute } from "../widget/view/element.js";
import { api, sentenceFor, shelf, toast } from "./console_page.js";
import { FRENCH } from "./french.js";
import { SessionEnded } from "../widget/logic/problems.js";
import { icon } from "./view/icon.js";

/** @typedef {"light" | "dark" | "system"} Theme */

const KEY = "console:theme";
/** @type {Theme[]} */
const THEMES = ["system", "light", "dark"];

const theme = document.getElementById("theme");
theme?.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length] ?? "system";
  try {
    if (next === "system") shelf?.removeItem(KEY);
    else shelf?.setItem(KEY, next);
  } catch {
    // It holds for this page.
  }
  setAttribute(document.documentElement, "data-theme", next === "system" ? null : next);
  showTheme();
});
showTheme();

document.getElementById("sign-out")?.addEventListener("click", async () => {
  // Told first: a page that still listened would ask, signed out, why its news ended.
  window.dispatchEvent(new Event("console:signing-out"));
  try {
    await api.post("/logout");
  } catch (error) {
    if (!(error instanceof SessionEnded)) {
      window.dispatchEvent(new Event("console:still-here"));
      toast(sentenceFor(error));
      return;
    }
  }
  location.assign("/console/login");
});

/** @returns {Theme} */
function chosen() {
  const set = document.documentElement.dataset["theme"];
  return set === "light" || set === "dark" ? set : "system";
}

function showTheme() {
  const now = chosen();
  setAttribute(theme ?? document.body, "title", FRENCH.themes[now]);
  theme?.setAttribute("aria-label", FRENCH.themes[now]);
  theme?.replaceChildren(icon(now === "system" ? "system" : now === "light" ? "sun" : "moon"));
}
