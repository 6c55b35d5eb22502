/** The models page: what answers, what reads along, and changes of both; asked about beforehand. */

import { element, setAttribute, setText } from "../widget/view/element.js";
import { api, byId, sentenceFor } from "./console_page.js";
import { MODELS } from "./review_french.js";
import { pathOf } from "./logic/console_api.js";
import { ask } from "./view/dialog.js";

/**
 * @typedef {{live_model: string, read: number, different: number, dropped: number, failed: number}} Figures
 * @typedef {{name: string, state: "live" | "shadow" | "retired" | "unused", since: string | null, trained_at: string | null,
 *   size: number, newest: boolean, problem: "missing" | "broken" | null, shadow: Figures[]}} Model
 * @typedef {{serving: string, models: Model[], can_roll_back: boolean}} Models
 * @typedef {{intent: string, title: string, confidence: number}} Reading
 * @typedef {{id: number, conversation_id: string, text: string, live: Reading, shadow: Reading, at: string}} Difference
 */

const EVERY = 3000;
const MOMENT = new Intl.DateTimeFormat("fr-FR", { dateStyle: "short", timeStyle: "short" });
const BADGES = { live: "is-success", shadow: "is-accent", retired: "is-outline", unused: "" };

/** Whose disagreements are shown, and where the list goes on. */
let shadowed = "";
/** @type {number | null} */
let before = null;
let busy = false;

async function read() {
  if (busy || document.hidden) return;
  try {
    show(await api.get("/models"));
    showProblem("");
  } catch (error) {
    showProblem(sentenceFor(error));
  }
}

/** @param {Models} page */
function show(page) {
  const live = page.models.find(({ state }) => state === "live");
  const broken = page.models.find(({ problem, since }) => problem === "broken" && recent(since));
  const loading = live !== undefined && page.serving !== "" && live.name !== page.serving;
  const said = loading ? MODELS.loading(live.name, page.serving) : MODELS.serving(page.serving);
  byId("serving").hidden = page.serving === "";
  setText(byId("serving"), broken && !loading ? `${said} ${MODELS.failed(broken.name)}` : said);
  setAttribute(byId("serving"), "class", `notice ${loading || broken ? "is-warning" : "is-success"}`);
  setAttribute(byId("roll-back"), "disabled", !page.can_roll_back);
  // Whoever is on a button there keeps it until something has really changed.
  const text = JSON.stringify(page.models);
  if (byId("models").dataset["shown"] !== text) {
    byId("models").dataset["shown"] = text;
    byId("models").replaceChildren(...page.models.map(row));
  }
  const reading = page.models.find(({ state }) => state === "shadow") ?? page.models.find(({ shadow }) => shadow.length > 0);
  void showDifferences(reading);
}

/** @param {string | null} since  whether it is news */
function recent(since) {
  return since !== null && Date.now() - new Date(since).getTime() < 3_600_000;
}

/** @param {Model} model */
function row(model) {
  return element(
    "tr",
    { "data-model": model.name },
    element("th", { scope: "row", class: "model-name" }, model.name),
    element(
      "td",
      {},
      element("span", { class: `badge ${BADGES[model.state]}` }, MODELS.states[model.state]),
      model.newest && element("span", { class: "quiet small" }, ` ${MODELS.newest}`),
      model.problem && element("span", { class: "badge is-danger" }, MODELS.problems[model.problem]),
    ),
    element("td", {}, dated(model.since)),
    element("td", {}, dated(model.trained_at)),
    element("td", { class: "numeric" }, model.size > 0 ? `${Math.round(model.size / 1e6)}\u00a0Mo` : "—"),
    element("td", {}, ...(model.shadow.length > 0 ? model.shadow.map(figures) : ["—"])),
    element("td", {}, element("div", { class: "model-actions" }, ...actions(model))),
  );
}

/** @param {Figures} read */
function figures(read) {
  const dropped = read.dropped + read.failed;
  const text = MODELS.read(read.read, read.different) + (dropped > 0 ? `, ${MODELS.dropped(dropped)}` : "");
  return element("div", { title: read.live_model }, text);
}

/** @param {Model} model */
function actions(model) {
  if (model.state === "live" || model.problem === "missing") return [element("span", { class: "quiet" }, "—")];
  const shadow =
    model.state === "shadow"
      ? button(MODELS.endShadow, model.name, () => change("shadow", { model: null }))
      : button(MODELS.shadow, model.name, () => sure("shadow", model.name));
  return [shadow, button(MODELS.promote, model.name, () => sure("promote", model.name))];
}

/** @param {string} title @param {string} name @param {() => void} onclick */
function button(title, name, onclick) {
  return element("button", { class: "button button-small", type: "button", "aria-label": `${title} : ${name}`, onclick }, title);
}

/** @param {"shadow" | "promote"} kind @param {string} name */
async function sure(kind, name) {
  const asked = await ask({
    title: kind === "promote" ? MODELS.promoteQuestion(name) : MODELS.shadowQuestion(name),
    body: [element("p", {}, kind === "promote" ? MODELS.promoteText : MODELS.shadowText)],
    buttons: [{ value: "yes", title: kind === "promote" ? MODELS.promote : MODELS.shadow }],
  });
  if (asked === "yes") await change(kind, { model: name });
}

/** @param {string} kind @param {object} body */
async function change(kind, body) {
  busy = true;
  try {
    show(await api.post(`/models/${kind}`, body));
    showProblem("");
  } catch (error) {
    showProblem(sentenceFor(error));
  } finally {
    busy = false;
  }
}

byId("roll-back").addEventListener("click", async () => {
  const asked = await ask({
    title: MODELS.rollBackQuestion,
    body: [element("p", {}, MODELS.rollBackText)],
    buttons: [{ value: "yes", title: MODELS.rollBack }],
  });
  if (asked === "yes") await change("roll-back", {});
});

// Disagreements.

/** @param {Model | undefined} model */
async function showDifferences(model) {
  byId("differences").hidden = model === undefined;
  if (model === undefined) return;
  const counted = `${model.name} ${model.shadow.reduce((sum, { different }) => sum + different, 0)}`;
  if (counted === shadowed) return;
  shadowed = counted;
  before = null;
  await readDifferences(model.name, true);
}

/** @param {string} name @param {boolean} anew */
async function readDifferences(name, anew) {
  try {
    const query = new URLSearchParams({ model: name, before: String(before ?? 0) });
    const page = await api.get(`/models/differences?${query}`);
    const rows = page.differences.map(difference);
    if (anew) byId("rows").replaceChildren(...rows);
    else byId("rows").append(...rows);
    before = page.next_before;
  } catch (error) {
    showProblem(sentenceFor(error));
  }
  const none = byId("rows").children.length === 0;
  byId("no-difference").hidden = !none;
  byId("differences-wrap").hidden = none;
  setText(byId("no-difference"), MODELS.noDifference);
  byId("more").hidden = before === null;
  setText(byId("more"), MODELS.more);
  byId("more").onclick = () => void readDifferences(name, false);
}

/** @param {Difference} found */
function difference(found) {
  return element(
    "tr",
    {},
    element("td", { class: "difference-text" }, element("a", { href: `/console${pathOf(found.conversation_id)}` }, found.text)),
    element("td", {}, labelled(found.live)),
    element("td", {}, labelled(found.shadow)),
    element("td", {}, dated(found.at)),
  );
}

/** @param {Reading} reading */
function labelled(reading) {
  return `${reading.title} (${Math.round(reading.confidence * 100)}\u00a0%)`;
}

/** @param {string | null} moment */
function dated(moment) {
  return moment === null ? "—" : MOMENT.format(new Date(moment));
}

/** @param {string} text */
function showProblem(text) {
  byId("problem").hidden = text === "";
  setText(byId("problem"), text);
}

setInterval(read, EVERY);
void read();
