/** One answer: written here, checked while it is written, approved, published, rolled back. */

import { element, setText } from "../widget/view/element.js";
import { api, byId, me, sentenceFor, shelf, toast } from "./console_page.js";
import { momentSaid, SAID, writtenBy } from "./french_answers.js";
import { copyOf, same } from "./logic/answer_text.js";
import { Refused } from "./logic/console_api.js";
import { Drafts } from "./logic/drafts.js";
import { changeNodes, showChanges, showChecks } from "./view/answer_checks_view.js";
import { AnswerEditor } from "./view/answer_editor.js";
import { ask } from "./view/dialog.js";
import { WidgetPreview } from "./view/widget_preview.js";

/** @import { Content } from "./logic/answer_text.js" */

const CHECK_AFTER = 500;
const BADGES = { draft: "", approved: "is-success", stale: "is-warning" };

const id = byId("answer").dataset["answer"] ?? "";
const path = `/answers/${encodeURIComponent(id)}`;
/** What was written and not saved, kept in this browser. */
const written = new Drafts(shelf, `console:${me.id}:answer:`);
const editor = new AnswerEditor(byId("editor"), edited);
const preview = new WidgetPreview(byId("preview"));

/** @type {any} as the server told it last */
let sheet = null;
/** @type {Content} */
let content;
/** @type {number | null} the draft's revision that is written over */
let revision = null;
let conflict = false;
let asked = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

await attempt(async () => {
  const kept = restored();
  show((await api.get(path)).answer);
  if (kept !== null && !same(kept, savedContent())) {
    content = kept;
    editor.show(content, sheet.choices);
    edited();
    toast(SAID.restored);
  }
});
if (shelf === null) {
  // Nothing keeps the text here: leaving is asked about.
  addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
}

/** @returns {Content} */
function savedContent() {
  return sheet.draft?.content ?? sheet.content;
}

/** @returns {Content | null} */
function restored() {
  try {
    return JSON.parse(written.of(id));
  } catch {
    return null;
  }
}

function isDirty() {
  return sheet !== null && !same(content, savedContent());
}

/** Shows what the server says, with its text in the editor. @param {any} told */
function show(told) {
  sheet = told;
  conflict = false;
  revision = told.draft?.revision ?? null;
  content = copyOf(savedContent());
  written.keep(id, "");
  editor.show(content, told.choices);
  showSheet();
  showText({ problems: told.problems, changes: told.draft?.changes ?? [], preview: told.draft?.preview ?? told.preview });
}

/** What stands around the text. */
function showSheet() {
  setText(byId("title"), sheet.title);
  document.title = `${sheet.title} · Console`;
  const { draft } = sheet;
  byId("badges").replaceChildren(
    element("span", { class: "badge" }, `${SAID.online} : ${SAID.version.toLowerCase()} ${sheet.version}`),
    ...(draft === null ? [] : [
      element("span", { class: `badge ${BADGES[/** @type {keyof typeof BADGES} */ (draft.state)]}` }, draft.state_french),
      element("span", { class: "quiet small" }, writtenBy(draft.changed_by.name, momentSaid(draft.changed_at))),
    ]),
  ); // prettier-ignore
  showNotices();
  showActions();
  showVersions();
}

function showNotices() {
  const { draft, may } = sheet;
  const decide = [
    button(SAID.keep, "", () => choose("keep", SAID.keep, {}, SAID.kept)),
    button(SAID.takeDelivered, "", () => rollBack(sheet.delivered_version)),
  ];
  const settle = [button(SAID.takeTheirs, "", () => show(sheet)), button(SAID.keepMine, "", keepMine)];
  byId("notices").replaceChildren(
    ...[
      conflict && notice("is-danger", SAID.meanwhile, settle),
      sheet.release_waits && notice("is-warning", SAID.waits, may.roll_back ? decide : []),
      sheet.chosen_is_dead && notice("is-danger", SAID.dead, []),
      draft !== null && may.approve_others && !may.approve && draft.authors.some((/** @type {any} */ one) => one.id === me.id) && draft.state !== "approved" && notice("", SAID.nobodyElse, []),
      draft !== null && draft.why !== "" && notice("", `${SAID.reason} : ${draft.why}`, []),
    ].filter((one) => one !== false),
  ); // prettier-ignore
}

/** @param {string} kind @param {string} text @param {HTMLElement[]} actions */
function notice(kind, text, actions) {
  return element("div", { class: `notice ${kind}` }, element("p", {}, text), actions.length > 0 && element("span", { class: "actions" }, ...actions));
}

/** @param {string} title @param {string} kind @param {() => void} run @param {boolean} [disabled] */
function button(title, kind, run, disabled = false) {
  return element("button", { class: `button ${kind}`, type: "button", disabled, onclick: run }, title);
}

function showActions() {
  const { draft, may } = sheet;
  const dirty = isDirty();
  byId("actions").replaceChildren(
    ...[
      dirty && element("span", { class: "badge is-warning" }, SAID.unsaved),
      dirty && !conflict && button(SAID.undoEdits, "button-quiet", () => show(sheet)),
      draft !== null && may.discard && !dirty && button(SAID.discard, "button-danger", discard),
      draft !== null && may.approve_others && draft.state !== "approved" && button(SAID.approve, "", approve, dirty || !may.approve),
      draft !== null && may.approve_others && button(SAID.publish, "button-primary", publish, dirty || !may.publish),
      (dirty || draft === null) && button(SAID.save, dirty ? "button-primary" : "", save, !dirty || conflict),
    ].filter((one) => one !== false),
  ); // prettier-ignore
}

/** @param {{problems: any[], changes: any[], preview: any}} found */
function showText(found) {
  showChecks(found.problems, (place) => editor.goTo(place));
  showChanges(found.changes);
  preview.show(found.preview);
  editor.mark(found.problems);
}

/** The text was changed: it is kept, and checked once nobody types. */
function edited() {
  written.keep(id, isDirty() ? JSON.stringify(content) : "");
  showActions();
  clearTimeout(timer);
  timer = setTimeout(() => attempt(check), CHECK_AFTER);
}

async function check() {
  asked += 1;
  const mine = asked;
  const found = await api.post(`${path}/check`, { content });
  if (mine === asked) showText(found);
}

async function save() {
  const why = await reasonFor(SAID.save, SAID.why, sheet.draft?.why ?? "", SAID.whyHint);
  if (why === null) return;
  await attempt(async () => {
    try {
      show((await api.post(`${path}/draft`, { content, revision, why })).answer);
      toast(SAID.saved);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "edited_meanwhile") throw error;
      await learn();
    }
  });
}

/** Somebody else saved first: their text is read, and ours stays in the editor. */
async function learn() {
  const mine = content;
  sheet = (await api.get(path)).answer;
  content = mine;
  conflict = true;
  showSheet();
}

function keepMine() {
  revision = sheet.draft?.revision ?? null;
  conflict = false;
  showNotices();
  edited();
}

async function approve() {
  const body = [element("p", {}, SAID.approveHint), ...changeNodes(sheet.draft.changes)];
  const answer = await ask({ title: SAID.approveSure, body, wide: true, buttons: [{ value: "yes", title: SAID.approve }] });
  if (answer === "yes") await act("approve", SAID.approved);
}

async function publish() {
  const body = changeNodes(sheet.draft.changes);
  const answer = await ask({ title: SAID.publishSure, body, wide: true, buttons: [{ value: "yes", title: SAID.publish }] });
  if (answer === "yes") await act("publish", SAID.published);
}

async function discard() {
  const buttons = [{ value: "yes", title: SAID.discard, kind: "button-danger" }];
  if ((await ask({ title: SAID.discard, body: [SAID.discardSure], buttons })) === "yes") await act("discard", SAID.discarded);
}

/** @param {string} what @param {string} done */
async function act(what, done) {
  await attempt(async () => {
    show((await api.post(`${path}/${what}`, { revision: sheet.draft.revision })).answer);
    toast(done);
  });
}

/** @param {number} version */
function rollBack(version) {
  choose("roll-back", `${SAID.rollBack} : ${SAID.version.toLowerCase()} ${version}`, { version }, SAID.rolledBack);
}

/** Chooses what is served; what is being written stays. @param {string} what @param {string} title @param {object} body @param {string} done */
async function choose(what, title, body, done) {
  const why = await reasonFor(title, SAID.reason, "", "");
  if (why === null) return;
  await attempt(async () => {
    const mine = isDirty() ? content : null;
    show((await api.post(`${path}/${what}`, { ...body, served_revision: sheet.served_revision, why })).answer);
    if (mine !== null) {
      content = mine;
      editor.show(content, sheet.choices);
      edited();
    }
    toast(done);
  });
}

/** @param {string} title @param {string} label @param {string} value @param {string} hint  @returns {Promise<string | null>} */
async function reasonFor(title, label, value, hint) {
  const input = element("textarea", { class: "textarea", id: "why", maxlength: 500, "aria-describedby": "why-hint" });
  input.value = value;
  const body = [element("div", { class: "field" }, element("label", { for: "why" }, label), input, element("p", { class: "hint", id: "why-hint" }, hint))];
  const answer = await ask({ title, body, buttons: [{ value: "yes", title }], opened: () => input.focus() });
  return answer === "yes" ? input.value : null;
}

function showVersions() {
  byId("versions").replaceChildren(...sheet.versions.map(versionRow));
  byId("history").replaceChildren(
    ...(sheet.history.length === 0 ? [element("li", { class: "quiet" }, SAID.noHistory)] : sheet.history.map(historyLine)),
  );
}

/** @param {any} one */
function versionRow(one) {
  const people = one.authors.map((/** @type {any} */ author) => author.name).join(", ");
  return element(
    "tr", { "data-version": one.version },
    element("th", { scope: "row" }, element("div", { class: "row" }, String(one.version), one.served && element("span", { class: "badge is-success" }, SAID.online))),
    element("td", {}, one.origin_french, element("br"), element("span", { class: "quiet small" }, momentSaid(one.kept_at))),
    element("td", {}, people || SAID.noDraft),
    element("td", {}, one.approved_by?.name ?? SAID.noDraft),
    element("td", {}, one.why || SAID.noDraft),
    element("td", { class: "numeric" }, String(one.thumbs.up)),
    element("td", { class: "numeric" }, String(one.thumbs.down)),
    element("td", {}, element(
      "div", { class: "row" },
      small(SAID.show, one, () => look(one)),
      !one.served && small(SAID.takeUp, one, () => takeUp(one)),
      !one.served && sheet.may.roll_back && small(SAID.rollBack, one, () => rollBack(one.version)),
    )),
  ); // prettier-ignore
}

/** @param {string} title @param {any} one @param {() => void} run */
function small(title, one, run) {
  return element("button", { class: "button button-small", type: "button", "aria-label": `${title} : ${SAID.version.toLowerCase()} ${one.version}`, onclick: run }, title);
}

/** @param {any} one */
function look(one) {
  const shown = element("div");
  ask({ title: `${SAID.version} ${one.version}`, body: [shown, ...(one.served ? [] : changeNodes(one.changes))], wide: true });
  new WidgetPreview(shown).show(one.preview);
}

/** Puts an older text into the editor, to go on from there. @param {any} one */
function takeUp(one) {
  content = copyOf(one.content);
  editor.show(content, sheet.choices);
  edited();
  byId("editor").scrollIntoView();
}

/** @param {any} one */
function historyLine(one) {
  const said = `${one.kind_french} : ${SAID.version.toLowerCase()} ${one.version}, ${writtenBy(one.by.name, momentSaid(one.at))}`;
  return element("li", {}, said, one.why !== "" && element("span", { class: "quiet" }, ` — ${one.why}`));
}

/** Does something, and says kindly when it cannot be done. @param {() => Promise<void>} work */
async function attempt(work) {
  const problem = byId("problem");
  try {
    await work();
    problem.hidden = true;
  } catch (error) {
    problem.textContent = sentenceFor(error);
    problem.hidden = false;
  }
}
