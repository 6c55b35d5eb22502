/** The conversation page: one conversation, followed as it goes on, and worked on by keys. */

import { ReadMarks } from "../widget/logic/unread.js";
import { Refusal, SessionEnded, Unreachable } from "../widget/logic/problems.js";
import { setText } from "../widget/view/element.js";
import { api, byId, may, me, sentenceFor, shelf, signInAddress, toast } from "./console_page.js";
import { FRENCH } from "./french.js";
import { SAID, writes } from "./french_conversation.js";
import { KEYS, KEYS_SAID, OPTION_KEYS } from "./conversation_keys.js";
import { Desk } from "./logic/desk.js";
import { optionsFor } from "./logic/options.js";
import { Outgoing } from "./logic/outgoing.js";
import { Rereading } from "./logic/rereading.js";
import { Transcript } from "./logic/transcript.js";
import { bodyFor, chooseCanned, goOnUnsent } from "./view/case_actions.js";
import { CaseHead } from "./view/case_head.js";
import { icon } from "./view/icon.js";
import { openLive, timers } from "./view/live_page.js";
import { NoteBox } from "./view/note_box.js";
import { addressOf, Notices, troubleOf } from "./view/notices.js";
import { PanelView } from "./view/panel_view.js";
import { besideInQueue, queueAddress, rememberOpened } from "./view/queue_memory.js";
import { ReplyBox } from "./view/reply_box.js";
import { listenForKeys, showKeys } from "./view/shortcuts.js";
import { SuggestionsView } from "./view/suggestions_view.js";
import { TranscriptView } from "./view/transcript_view.js";

/** @import { Case, CaseFile, Suggestion, Undo } from "./logic/types.js" */
/** @import { Entry } from "./logic/outgoing.js" */
/** @import { Option } from "./logic/options.js" */
/** @import { Trouble } from "./view/notices.js" */

const TYPING_STAYS = 6000;
const id = byId("conversation").dataset["id"] ?? "";
const beside = besideInQueue(id);
/** Whether we come from the queue, where we have just claimed it. */
const taken = location.hash === "#reply";

/** @type {CaseFile | null} */
let file = null;
/** Whether the conversation was ours when it was last looked at. */
let wasMine = false;
let lost = false;
/** Whether something is being done: a second press does nothing more. */
let acting = false;
/** @type {Trouble | null} */
let trouble = null;
/** @type {{undo: Undo, close: () => void} | null} */
let undoable = null;
/** @type {Set<string>} */
const dismissed = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typingEnds;

const desk = new Desk(api, id);
const transcript = new Transcript();
const marks = new ReadMarks(shelf, `console:${me.id}:`);
const unreadFrom = (marks.of(id) ?? 0) + 1;
const outgoing = { onChange: () => showTranscript(true), sentence: said, unconfirmed: SAID.unconfirmed, timers };
const replies = new Outgoing(shelf, `console:${me.id}:sending:${id}`, { ...outgoing, send: sendReply });
const notes = new Outgoing(shelf, `console:${me.id}:noting:${id}`, { ...outgoing, send: sendNote });

const head = new CaseHead(id, (option) => void act(option));
const notices = new Notices((option) => void act(option));
const panel = new PanelView((eventId) => void undo(eventId));
const suggestions = new SuggestionsView({ send: sendSuggestion, edit: editSuggestion, dismiss: (one) => void dismiss(one) });
const transcriptView = new TranscriptView({
  again: ({ clientId }) => queueOf(clientId).again(clientId),
  takeBack: ({ clientId }) => takeBack(clientId),
});
const replyBox = new ReplyBox(id, {
  send: (text, use) => replies.add(text, use),
  typing: () => live.say({ type: "typing", id }),
  canned: () => void canned(),
}, taken); // prettier-ignore
const noteBox = new NoteBox(id, (text) => notes.add(text));
/** Whether a call was told, after the last reading began, that the session is over. */
let sessionOver = false;
const rereading = new Rereading(read, { onRead: () => sessionOver || showTrouble(null), onFailure: onFailure }, timers);
const live = openLive({
  onNews(news) {
    if (!("id" in news) || news.id !== id) return;
    if (news.type === "conversation") void rereading.ask();
    else if (news.type === "typing" && news.author === "seller") showTyping();
    else if (news.type === "viewers" && file !== null) showCase({ ...file.case, viewers: news.viewers });
  },
  onEverything: () => void rereading.ask(),
  onConnection: () => {},
});

// Reading and showing.

async function read() {
  sessionOver = false;
  const [found] = await Promise.all([desk.file(), readTimeline()]);
  file = found;
  showFile();
}

async function readTimeline() {
  for (;;) {
    const page = await desk.timeline(transcript.cursor);
    const added = transcript.read(page);
    if (added.some(({ author }) => author === "seller")) showTyping(false);
    if (page.messages.length === 0 || transcript.cursor >= page.last_number) break;
  }
  showTranscript(false);
  if (document.visibilityState === "visible") marks.read(id, transcript.lastNumber);
}

function showFile() {
  if (file === null) return;
  showCase(file.case);
  panel.show(file);
  showTranscript(false);
}

/** @param {Case} one */
function showCase(one) {
  if (file === null) return;
  file = { ...file, case: one };
  const mine = one.holder?.id === me.id;
  if (mine) lost = false;
  else if (wasMine && one.state !== "resolved") lost = true;
  wasMine = mine;
  const options = optionsFor(one, me.id, may("supervisor"));
  head.show(one, options, me.id);
  replyBox.allow(mine, one.merged_into === null);
  const shown = one.state === "resolved" ? [] : file.suggestions.filter(({ response }) => !dismissed.has(response));
  suggestions.show(shown.slice(0, 3), mine);
  document.title = `${one.seller.name} · Console`;
  showNotices();
}

function showNotices() {
  const one = file?.case ?? null;
  notices.show({
    case: one,
    options: one === null ? new Set() : optionsFor(one, me.id, may("supervisor")),
    me: me.id,
    lost,
    trouble,
    next: beside.after === null ? null : addressOf(beside.after),
    queue: queueAddress(),
  });
}

/** @param {boolean} own */
function showTranscript(own) {
  if (file === null) return;
  const about = { seller: file.case.seller.name, me: me.name, unreadFrom };
  transcriptView.show(transcript.lines(replies.entries, notes.entries), about, own);
}

/** @param {boolean} on */
function showTyping(on = true) {
  clearTimeout(typingEnds);
  setText(byId("typing"), on && file !== null ? writes(file.case.seller.name) : "");
  if (on) typingEnds = setTimeout(() => showTyping(false), TYPING_STAYS);
}

/** @param {unknown} error */
function onFailure(error) {
  if (error instanceof SessionEnded) {
    live.stop();
    sessionOver = true;
    showTrouble(troubleOf(FRENCH.sessionEnded, signInAddress()));
  } else if (error instanceof Refusal && error.status === 404) {
    live.stop();
    showTrouble(troubleOf(SAID.notFound, null));
  } else showTrouble(troubleOf(error instanceof Unreachable ? SAID.offline : sentenceFor(error), null));
}

/** What a failure means in French; an ended session stays on the page until there is another. @param {unknown} error */
function said(error) {
  if (error instanceof SessionEnded) onFailure(error);
  return sentenceFor(error);
}

/** @param {Trouble | null} what */
function showTrouble(what) {
  trouble = what;
  showNotices();
}

// Writing.

/** @param {Entry} entry */
async function sendReply({ clientId, text, suggestion }) {
  const { message } = await desk.reply({ client_id: clientId, text, suggestion });
  // In its place at once; what came before it is read in order.
  transcript.put(message);
  void rereading.ask();
}

/** @param {Entry} entry */
async function sendNote({ clientId, text }) {
  const { note } = await desk.note({ client_id: clientId, text });
  transcript.putNote(note);
  void rereading.ask();
}

/** @param {string} clientId */
function queueOf(clientId) {
  return notes.entries.some((entry) => entry.clientId === clientId) ? notes : replies;
}

/** @param {string} clientId */
function takeBack(clientId) {
  const isNote = queueOf(clientId) === notes;
  const entry = queueOf(clientId).takeBack(clientId);
  if (entry === null) return;
  if (isNote) noteBox.add(entry.text);
  else replyBox.add(entry.text);
}

/** @param {Suggestion} one */
function sendSuggestion(one) {
  replies.add(one.text.trim(), { response: one.response, version: one.version, choice: "sent" });
}

/** @param {Suggestion} one */
function editSuggestion(one) {
  replyBox.add(one.text.trim(), one);
}

/** @param {Suggestion} one */
async function dismiss({ response }) {
  dismissed.add(response);
  showFile();
  try {
    await desk.dismiss(response);
  } catch (error) {
    dismissed.delete(response);
    showFile();
    toast(said(error));
  }
}

async function canned() {
  try {
    const chosen = await chooseCanned(desk);
    if (chosen === null) replyBox.field.focus();
    else replyBox.add(chosen.text);
  } catch (error) {
    toast(said(error));
  }
}

// Doing.

/** @param {Option} option */
async function act(option) {
  if (acting || file === null || !optionsFor(file.case, me.id, may("supervisor")).has(option)) return;
  acting = true;
  try {
    const leaves = ["resolve", "handBack", "release"].includes(option);
    if (leaves && replyBox.started && !(await goOnUnsent())) return;
    const body = await bodyFor(option, desk, file.case, me.id);
    if (body === null) return;
    const { case: changed, undo: way } = await desk.act(option, body);
    wasMine = changed.holder?.id === me.id;
    lost = false;
    showCase(changed);
    offerUndo(SAID.done[/** @type {"claim"} */ (option)], way ?? null);
    if (option === "claim" || option === "takeOver") replyBox.field.focus();
  } catch (error) {
    toast(said(error));
  } finally {
    acting = false;
  }
  void rereading.ask();
}

/** @param {string} text @param {Undo | null} way */
function offerUndo(text, way) {
  undoable?.close();
  undoable = null;
  if (way === null) {
    toast(text);
    return;
  }
  const run = () => void undo(way.event_id);
  const close = toast(text, { title: SAID.undo, run, until: Date.parse(way.until) });
  undoable = { undo: way, close };
}

/** @param {number} eventId */
async function undo(eventId) {
  undoable?.close();
  undoable = null;
  try {
    showCase((await desk.undo(eventId)).case);
    toast(FRENCH.undone);
  } catch (error) {
    toast(said(error));
  }
  void rereading.ask();
}

// Keys.

/** @param {string | null} other */
function open(other) {
  if (other === null) return;
  rememberOpened(other);
  location.assign(addressOf(other));
}

/** @param {string} command */
function run(command) {
  const option = OPTION_KEYS[command];
  if (option !== undefined) void act(option);
  else if (command === "claim") void act(file !== null && file.case.holder !== null ? "takeOver" : "claim");
  else if (command === "reply") replyBox.focus();
  else if (command === "note") noteBox.field.focus();
  else if (command === "canned") void canned();
  else if (command.startsWith("suggestion")) suggestions.edit(Number(command.at(-1)) - 1);
  else if (command === "undo" && undoable !== null) void undo(undoable.undo.event_id);
  else if (command === "next") open(beside.after);
  else if (command === "previous") open(beside.before);
  else if (command === "help") void showKeys(KEYS_SAID);
  else if (command === "leave") leave();
}

function leave() {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused !== document.body) focused.blur();
  else location.assign(queueAddress());
}

rememberOpened(id);
if (taken) {
  // Taken in the queue: one goes on writing, and a reload begins where it always does.
  history.replaceState(null, "", location.pathname);
  replyBox.focus();
}
const back = byId("back");
back.setAttribute("href", queueAddress());
back.append(icon("back"));
listenForKeys(KEYS, run);
live.stand({ type: "viewing", id });
document.addEventListener("visibilitychange", () => {
  live.stand({ type: "viewing", id: document.visibilityState === "visible" ? id : null });
  if (document.visibilityState === "visible") marks.read(id, transcript.lastNumber);
});
// A socket may take half a minute to notice that the network is gone; a reading fails at once.
for (const change of ["offline", "online"]) addEventListener(change, () => void rereading.ask());
void rereading.ask();
setInterval(() => head.tick(), 1000);
