/** The queue page: what is shown, kept up to date, and worked with by keys. */

import { element, setAttribute, setText } from "../widget/view/element.js";
import { Chime } from "../widget/view/chime.js";
import { ReadMarks } from "../widget/logic/unread.js";
import { SessionEnded, Unreachable } from "../widget/logic/problems.js";
import { api, byId, me, sentenceFor, shelf, signInAddress, toast } from "./console_page.js";
import { FRENCH, shownOf, titleOf } from "./french.js";
import { pathOf } from "./logic/console_api.js";
import { addressOf, CHOSEN, filtersOf, narrowed, queryOf } from "./logic/filters.js";
import { QueueList } from "./logic/queue_list.js";
import { Rereading } from "./logic/rereading.js";
import { icon } from "./view/icon.js";
import { openLive, timers } from "./view/live_page.js";
import { QueueTable } from "./view/queue_table.js";
import { rememberQueue } from "./view/queue_memory.js";
import { listenForKeys, showKeys } from "./view/shortcuts.js";

/** @import { Counts, QueuePage } from "./logic/types.js" */

const PAGE = 50;
const SEARCH_AFTER = 250;
const KEYS = [
  { key: "j", command: "next", said: FRENCH.queueKeys.next, shown: "j ↓" },
  { key: "k", command: "previous", said: FRENCH.queueKeys.previous, shown: "k ↑" },
  { key: "Enter", command: "open", said: FRENCH.queueKeys.open, shown: "Entrée" },
  { key: "c", command: "claim", said: FRENCH.queueKeys.claim },
  { key: "/", command: "search", said: FRENCH.queueKeys.search },
  { key: ".", command: "refresh", said: FRENCH.queueKeys.refresh },
  { key: "Escape", command: "leave", said: FRENCH.queueKeys.leave, shown: "Échap" },
  { key: "?", command: "help", said: FRENCH.help },
];
const ARROWS = [
  { key: "ArrowDown", command: "next", said: "" },
  { key: "ArrowUp", command: "previous", said: "" },
];

const form = /** @type {HTMLFormElement} */ (byId("filters"));
const search = /** @type {HTMLInputElement} */ (byId("q"));
const trouble = byId("trouble");
const more = byId("more");

let filters = filtersOf(location.search);
let wanted = PAGE;
/** What is read now belongs to these filters; another number means that they have changed. */
let turn = 0;
let total = 0;

const list = new QueueList();
const marks = new ReadMarks(shelf, `console:${me.id}:`);
const chime = new Chime(shelf, "console:sound");
const table = new QueueTable(list, marks, { claim, more: () => more.hidden || showMore() });
const rereading = new Rereading(read, { onRead: () => showTrouble(null), onFailure: showTrouble }, timers);
const live = openLive({
  onNews(news) {
    if (news.type === "viewers") table.change(news.id, { viewers: news.viewers });
    else if (news.type !== "typing") void rereading.ask();
  },
  onEverything: () => void rereading.ask(),
  onConnection: (on) => setText(byId("connection"), on ? FRENCH.live : FRENCH.polling),
});

// Reading.

async function read() {
  const mine = turn;
  /** @type {QueuePage["cases"]} */
  const cases = [];
  const known = new Set();
  let cursor = null;
  /** @type {QueuePage} */
  let page;
  do {
    const query = queryOf(filters);
    query.set("limit", String(PAGE));
    if (cursor !== null) query.set("cursor", cursor);
    page = await api.get(`/queue?${query}`);
    if (mine !== turn) return;
    // A case that rose between two pages is in both.
    cases.push(...page.cases.filter(({ id }) => !known.has(id) && known.add(id)));
    cursor = page.next_cursor;
  } while (cursor !== null && cases.length < wanted);
  total = page.total;
  const news = table.take(cases);
  if (news.some(({ state }) => state === "waiting")) chime.ring();
  more.hidden = cursor === null;
  showCounts(page.counts);
  showEnd(cases.length);
  rememberQueue(addressOf(filters), list.rows.filter(({ gone }) => !gone).map(({ id }) => id));
}

/** @param {Counts} counts */
function showCounts(counts) {
  for (const one of document.querySelectorAll("[data-count]")) {
    const count = counts[/** @type {keyof Counts} */ (one.getAttribute("data-count"))];
    setText(one, String(count ?? 0));
  }
  document.title = titleOf(counts.waiting, FRENCH.queue);
}

/** @param {number} shown */
function showEnd(shown) {
  const empty = byId("empty");
  empty.hidden = list.rows.length > 0;
  byId("pager").hidden = !empty.hidden;
  setText(byId("total"), shownOf(shown, total));
  const isNarrowed = narrowed(filters);
  const text = isNarrowed ? FRENCH.narrowedText : filters.view === "mine" ? FRENCH.emptyMine : FRENCH.emptyText;
  const [title, under] = empty.children;
  if (title) setText(title, isNarrowed ? FRENCH.narrowedTitle : FRENCH.emptyTitle);
  if (under) setText(under, text);
}

function showMore() {
  wanted = list.rows.length + PAGE;
  return rereading.ask();
}

/** @param {unknown} error  null when all is well */
function showTrouble(error) {
  trouble.hidden = error === null;
  if (error === null) return;
  if (error instanceof SessionEnded) {
    live.stop();
    trouble.replaceChildren(FRENCH.sessionEnded, element("a", { class: "button", href: signInAddress() }, FRENCH.signIn));
  } else setText(trouble, error instanceof Unreachable ? FRENCH.offline : sentenceFor(error));
}

// Filters.

function showFilters() {
  for (const name of CHOSEN) field(name).value = filters[name];
  field("sort").value = filters.sort;
  field("holder").disabled = filters.view === "mine";
  byId("clear").hidden = !narrowed(filters);
  for (const tab of document.querySelectorAll("[data-view]")) {
    const view = tab.getAttribute("data-view") ?? "";
    setAttribute(tab, "href", addressOf({ ...filters, view }));
    setAttribute(tab, "aria-current", view === filters.view ? "page" : null);
  }
  setAttribute(byId("csv"), "href", `/api/console/v1/queue.csv?${queryOf(filters)}`);
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements.namedItem(name));
}

/** @param {Partial<typeof filters>} change @param {"push" | "replace" | "none"} [history] */
function filter(change, history = "push") {
  filters = { ...filters, ...change };
  turn += 1;
  wanted = PAGE;
  if (history === "push") window.history.pushState(null, "", addressOf(filters));
  if (history === "replace") window.history.replaceState(null, "", addressOf(filters));
  table.clear();
  showFilters();
  void rereading.ask();
}

function clear() {
  filter({ topic: "", reason: "", holder: "", urgency: "", q: "" });
}

// Working.

/** @param {string | null} id */
async function claim(id) {
  if (id === null) return;
  try {
    await api.post(`${pathOf(id)}/claim`);
    table.open(id, "#reply");
  } catch (error) {
    toast(sentenceFor(error));
    void rereading.ask();
  }
}

/** @param {string} command */
function run(command) {
  if (command === "next") table.step(1);
  else if (command === "previous") table.step(-1);
  else if (command === "open") table.openCurrent();
  else if (command === "claim") void claim(table.current);
  else if (command === "search") search.select();
  else if (command === "refresh") table.letGo();
  else if (command === "help") void showKeys(KEYS);
  else if (document.activeElement instanceof HTMLElement) leave(document.activeElement);
}

/** @param {HTMLElement} focused */
function leave(focused) {
  if (focused === search && search.value !== "") {
    search.value = "";
    filter({ q: "" }, "replace");
  } else focused.blur();
}

async function fillChoices() {
  try {
    const [{ topics }, { staff }] = await Promise.all([api.get("/topics"), api.get("/staff")]);
    const option = (/** @type {string} */ value, /** @type {string} */ text) => element("option", { value }, text);
    field("topic").append(...topics.map((/** @type {any} */ { intent, title }) => option(intent, title)));
    const others = staff.filter((/** @type {any} */ { id }) => id !== me.id);
    field("holder").append(...others.map((/** @type {any} */ { id, name }) => option(id, name)));
    showFilters();
  } catch {
    // The list works without; reading it says what is wrong.
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typed;
search.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => filter({ q: search.value.trim() }, "replace"), SEARCH_AFTER);
});
form.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) filter({ [target.name]: target.value });
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typed);
  filter({ q: search.value.trim() }, "replace");
  table.step(1);
});
byId("clear").addEventListener("click", clear);
byId("views").addEventListener("click", (event) => {
  const tab = event.target instanceof Element ? event.target.closest("[data-view]") : null;
  if (tab === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  filter({ view: tab.getAttribute("data-view") ?? "waiting" });
});
window.addEventListener("popstate", () => filter(filtersOf(location.search), "none"));
more.addEventListener("click", () => void showMore());
byId("keys").addEventListener("click", () => void showKeys(KEYS));
const sound = byId("sound");
sound.append(icon("sound"));
sound.setAttribute("aria-pressed", String(chime.on));
sound.addEventListener("click", () => {
  chime.on = !chime.on;
  sound.setAttribute("aria-pressed", String(chime.on));
});

listenForKeys([...KEYS, ...ARROWS], run);
showFilters();
// A socket may take half a minute to notice that the network is gone; a reading fails at once.
for (const change of ["offline", "online"]) addEventListener(change, () => void rereading.ask());
void rereading.ask();
void fillChoices();
setInterval(() => table.tick(), 1000);
