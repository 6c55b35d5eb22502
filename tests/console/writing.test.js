import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused } from "../../bot/web/static/console/logic/console_api.js";
import { ATTEMPTS, Outgoing } from "../../bot/web/static/console/logic/outgoing.js";
import { Transcript } from "../../bot/web/static/console/logic/transcript.js";
import { Unreachable } from "../../bot/web/static/widget/logic/problems.js";
import { FakeShelf, FakeTimers, settle } from "../widget/fakes.js";

function outgoing(answers = [], shelf = new FakeShelf()) {
  const timers = new FakeTimers();
  const sent = [];
  const send = async (entry) => {
    sent.push(entry);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (answer) await answer;
  };
  const it = new Outgoing(shelf, "key", { send, onChange: () => {}, sentence: (error) => error.message, unconfirmed: "pas confirmé", timers, random: () => 0 });
  return { it, timers, sent, shelf };
}
const states = (it) => it.entries.map(({ text, state, reason }) => [text, state, reason]);

test("replies go out one after another and are forgotten once confirmed", async () => {
  let open;
  const { it, sent, shelf } = outgoing([new Promise((resolve) => (open = resolve))]);
  it.add("un");
  it.add("deux", { response: "r", version: "1", choice: "edited" });
  await settle();
  assert.deepEqual(sent.map(({ text }) => text), ["un"]);
  assert.ok(it.underWay && shelf.length === 1);
  open();
  await settle();
  assert.deepEqual(sent.map(({ text }) => text), ["un", "deux"]);
  assert.equal(sent[1].suggestion.choice, "edited");
  assert.deepEqual([it.entries, shelf.length, it.underWay], [[], 0, false]);
});

test("a lost answer is sent again under the same id", async () => {
  const { it, timers, sent } = outgoing([new Unreachable("lost"), new Unreachable("lost")]);
  it.add("un");
  await timers.pass(20_000);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map(({ clientId }) => clientId)).size, 1);
  assert.deepEqual(it.entries, []);
});

test("a lost claim fails at once, keeps the text, and keeps what follows from going out of order", async () => {
  const refusal = new Refused(409, "not_holder", "Sam s’en occupe.", null, {});
  const { it, sent } = outgoing([refusal, new Refused(409, "not_holder", "Sam s’en occupe.", null, {})]);
  it.add("un");
  it.add("deux");
  await settle();
  assert.equal(sent.length, 2);
  assert.deepEqual(states(it), [["un", "failed", "Sam s’en occupe."], ["deux", "failed", "Sam s’en occupe."]]);
  assert.equal(it.takeBack(it.entries[0].clientId).text, "un");
  it.again(it.entries[0].clientId);
  await settle();
  assert.deepEqual([sent.at(-1).text, it.entries], ["deux", []]);
});

test("no server for long: the text waits for its writer", async () => {
  const { it, timers, sent } = outgoing(Array.from({ length: ATTEMPTS }, () => new Unreachable("injoignable")));
  it.add("un");
  await timers.pass(600_000);
  assert.equal(sent.length, ATTEMPTS);
  assert.deepEqual(states(it), [["un", "failed", "injoignable"]]);
  it.again(it.entries[0].clientId);
  await settle();
  assert.deepEqual(it.entries, []);
});

test("what an earlier page left is shown, and not sent unasked", async () => {
  const first = outgoing([new Promise(() => {})]);
  first.it.add("à moitié");
  await settle();
  const second = outgoing([], first.shelf);
  await settle();
  assert.deepEqual(states(second.it), [["à moitié", "failed", "pas confirmé"]]);
  assert.equal(second.sent.length, 0);
  second.it.again(second.it.entries[0].clientId);
  await settle();
  assert.equal(second.sent[0].clientId, first.sent[0].clientId, "the server stores it once");
});

test("rubbish on the shelf harms nobody; an entry under way cannot be taken back", async () => {
  assert.deepEqual(outgoing([], new FakeShelf({ key: "{not json" })).it.entries, []);
  assert.deepEqual(outgoing([], new FakeShelf({ key: '[{"text":1},null]' })).it.entries, []);
  const { it } = outgoing([new Promise(() => {})]);
  it.add("un");
  assert.equal(it.takeBack(it.entries[0].clientId), null);
});

// The transcript.

const at = (minute, day = 1) => `2026-03-0${day}T10:${String(minute).padStart(2, "0")}:00Z`;
const message = (number, author, minute, more = {}) => ({ number, author, text: `t${number}`, created_at: at(minute), ...more });
const note = (id, minute) => ({ id, staff: { id: "sam", name: "Sam" }, text: `n${id}`, created_at: at(minute) });
const keys = (lines) => lines.filter(({ kind }) => kind !== "day").map(({ key }) => key);

test("messages by number, each note where it was written, what is under way last", () => {
  const transcript = new Transcript();
  transcript.read({ messages: [message(2, "bot", 2), message(1, "seller", 1)], notes: [note(2, 9), note(1, 1)], last_number: 2 });
  const added = transcript.read({ messages: [message(2, "bot", 2), message(3, "agent", 5)], notes: [note(3, 3), note(2, 9)], last_number: 3 });
  assert.deepEqual(added.map(({ number }) => number), [3]);
  assert.equal(transcript.cursor, 3);
  const pending = { clientId: "x", text: "p", at: Date.parse(at(20)) };
  assert.deepEqual(keys(transcript.lines([pending], [])), ["m1", "n1", "m2", "n3", "m3", "n2", "x"]);
});

test("a message that is read again brings what changed", () => {
  const transcript = new Transcript();
  transcript.read({ messages: [message(1, "bot", 1, { thumb: null })], notes: [], last_number: 1 });
  transcript.read({ messages: [message(1, "bot", 1, { thumb: "down" })], notes: [], last_number: 1 });
  assert.equal(transcript.messages[0].thumb, "down");
});

test("a run of one author is joined; a note, another agent, a pause or a day ends it", () => {
  const agent = (id) => ({ agent: { id, name: id } });
  const transcript = new Transcript();
  transcript.read({
    messages: [
      message(1, "agent", 1, agent("nora")), message(2, "agent", 2, agent("nora")), message(3, "agent", 3, agent("sam")),
      message(4, "agent", 20, agent("sam")), message(5, "agent", 22, agent("sam")),
      { ...message(6, "agent", 22, agent("sam")), created_at: at(22, 2) },
    ],
    notes: [note(1, 21)], last_number: 6,
  });
  const lines = transcript.lines([], []);
  assert.deepEqual(lines.filter(({ joined }) => joined).map(({ key }) => key), ["m2"]);
  assert.equal(lines.filter(({ kind }) => kind === "day").length, 2);
});
