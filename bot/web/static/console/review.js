/** The review page: one message after the other, each decided with one key. */

import { element, setAttribute, setText } from "../widget/view/element.js";
import { api, byId, sentenceFor, toast } from "./console_page.js";
import { FRENCH } from "./french.js";
import { pathOf } from "./logic/console_api.js";
import { lastedSaid } from "./logic/durations.js";
import { Reviewing, topicsFor } from "./logic/reviewing.js";
import { REASONS, SAID } from "./review_french.js";
import { listenForKeys, showKeys } from "./view/shortcuts.js";

/** @import { Reading } from "./logic/reviewing.js" */

/** The digits' keys of a French keyboard without Shift, and with it or on a number pad. */
const DIGITS = ["1&", "2é", "3\"", "4'", "5(", "6-", "7è", "8_", "9ç"];
const KEYS = [
  { key: "a", command: "accept", said: SAID.keys.accept, shown: "a Entrée" },
  { key: "1", command: "choose-1", said: SAID.keys.choose, shown: "1 … 9" },
  { key: "/", command: "search", said: SAID.keys.search },
  { key: "s", command: "skip", said: SAID.keys.skip },
  { key: "u", command: "undo", said: SAID.keys.undo },
  { key: "?", command: "help", said: FRENCH.help },
];
const SILENT = [
  { key: "Enter", command: "accept", said: "" },
  ...DIGITS.flatMap((keys, place) => [...keys].map((key) => ({ key, command: `choose-${place + 1}`, said: "" }))),
];

const search = /** @type {HTMLInputElement} */ (byId("other"));
const found = byId("found");
const topics = [...byId("topics").children].map((one) => ({
  intent: one.getAttribute("data-intent") ?? "",
  title: one.textContent ?? "",
}));
let marked = 0;
let shown = "";

const reviewing = new Reviewing(
  {
    next: (limit) => api.get(`/review?limit=${limit}`),
    decide: ({ conversation_id, number }, intent) => api.post("/review/decide", { conversation_id, number, intent }),
    undo: (id) => api.post(`/review/${id}/undo`),
  },
  { onChange: show, onFailure: (error) => (reviewing.loaded ? toast(sentenceFor(error)) : showTrouble(sentenceFor(error))) },
);

function show() {
  const phrase = reviewing.current;
  byId("review").hidden = phrase === null;
  byId("empty").hidden = phrase !== null || !reviewing.loaded || reviewing.withheld > 0;
  setAttribute(byId("undo"), "disabled", !reviewing.canUndo);
  showCounts();
  showTrouble(phrase === null && reviewing.withheld > 0 ? SAID.withheld(reviewing.withheld) : "");
  const key = phrase === null ? "" : `${phrase.conversation_id}:${phrase.number}`;
  if (phrase === null || key === shown) {
    shown = key;
    return;
  }
  const moved = shown !== "";
  shown = key;
  setText(byId("text"), phrase.text);
  byId("reasons").replaceChildren(...phrase.reasons.map((reason) => element("span", { class: badgeOf(reason) }, nameOf(reason))));
  const answer = phrase.answered_with === null ? SAID.noAnswer : SAID.answered(phrase.answered_with);
  setText(byId("about"), `Il y a ${lastedSaid(phrase.created_at, Date.now())} · ${answer}`);
  setAttribute(byId("conversation"), "href", `/console${pathOf(phrase.conversation_id)}`);
  byId("choices").replaceChildren(...phrase.ranking.map(choice));
  leaveSearch();
  if (moved) byId("text").focus(); // a screen reader reads the next one
}

/** @param {Reading} score @param {number} place */
function choice(score, place) {
  const proposed = place === 0;
  const percent = `${Math.round(score.confidence * 100)}\u00a0%`;
  return element(
    "li",
    {},
    element(
      "button",
      { class: `button review-choice${proposed ? " button-primary" : ""}`, type: "button", onclick: () => reviewing.decide(score.intent) },
      element("kbd", { class: "key" }, proposed ? "a" : String(place)),
      element("span", {}, score.title),
      element("span", { class: "number" }, percent),
    ),
  );
}

function showCounts() {
  const counts = reviewing.counts;
  if (counts === null) return;
  const parts = [SAID.waiting(counts.waiting), SAID.toExport(counts.to_export), SAID.exported(counts.exported)];
  if (counts.refused > 0) parts.push(SAID.refused(counts.refused));
  setText(byId("counts"), parts.join(" · "));
}

/** @param {string} text */
function showTrouble(text) {
  byId("trouble").hidden = text === "";
  setText(byId("trouble"), text);
}

/** @param {string} reason */
function nameOf(reason) {
  return REASONS[/** @type {keyof typeof REASONS} */ (reason)] ?? reason;
}

/** @param {string} reason */
function badgeOf(reason) {
  return `badge${reason === "thumbs_down" ? " is-danger" : reason === "corrected" ? " is-accent" : ""}`;
}

// Searching.

function showFound() {
  const topicsFound = topicsFor(topics, search.value);
  marked = 0;
  found.replaceChildren(
    ...topicsFound.map(({ intent, title }, place) =>
      element("li", { id: `found-${place}`, role: "option", "aria-selected": place === 0 ? "true" : "false", "data-intent": intent, onclick: () => reviewing.decide(intent) }, title),
    ),
  );
  found.hidden = topicsFound.length === 0;
  setAttribute(search, "aria-expanded", topicsFound.length > 0 ? "true" : "false");
  mark(0);
}

/** @param {number} step */
function mark(step) {
  const options = [...found.children];
  if (options.length === 0) {
    setAttribute(search, "aria-activedescendant", null);
    return;
  }
  marked = (marked + step + options.length) % options.length;
  options.forEach((one, place) => setAttribute(one, "aria-selected", place === marked ? "true" : "false"));
  options[marked]?.scrollIntoView({ block: "nearest" });
  setAttribute(search, "aria-activedescendant", `found-${marked}`);
}

function leaveSearch() {
  if (search.value !== "") search.value = "";
  showFound();
  search.blur();
}

search.addEventListener("input", showFound);
search.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Escape") leaveSearch();
  else if (event.key === "Enter") chooseMarked();
  else return;
  event.preventDefault();
});

function chooseMarked() {
  const intent = found.children[marked]?.getAttribute("data-intent");
  if (intent) reviewing.decide(intent);
}

// Deciding.

/** @param {string} command */
function run(command) {
  const phrase = reviewing.current;
  if (command === "undo") void undo();
  else if (command === "help") void showKeys(KEYS);
  else if (phrase === null) return;
  else if (command === "accept" && phrase.ranking[0]) reviewing.decide(phrase.ranking[0].intent);
  else if (command === "skip") reviewing.decide(null);
  else if (command === "search") search.focus();
  else {
    const chosen = phrase.ranking[Number(command.replace("choose-", ""))];
    if (chosen) reviewing.decide(chosen.intent);
  }
}

async function undo() {
  if (!reviewing.canUndo) return;
  await reviewing.undo();
  toast(SAID.undone);
}

byId("undo").addEventListener("click", undo);
byId("skip").addEventListener("click", () => reviewing.decide(null));
byId("keys").addEventListener("click", () => showKeys(KEYS));
listenForKeys([...KEYS, ...SILENT], run);
void reviewing.read();
