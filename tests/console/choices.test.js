import assert from "node:assert/strict";
import { test } from "node:test";

import { folded, matching } from "../../bot/web/static/console/logic/matching.js";
import { optionsFor } from "../../bot/web/static/console/logic/options.js";
import { LONGEST, ReplyDraft } from "../../bot/web/static/console/logic/reply_draft.js";
import { snoozesFrom } from "../../bot/web/static/console/logic/snoozes.js";

const NORA = { id: "nora", name: "Nora" };
const SAM = { id: "sam", name: "Sam" };
const one = (more) => ({ state: "waiting", holder: null, merged_into: null, snoozed_until: null, ...more });
const offered = (more, supervisor = false) => [...optionsFor(one(more), "nora", supervisor)].sort();
const ALWAYS = ["note", "priority", "topic"];

test("a case nobody holds may be taken, ours may be worked on, somebody else's is theirs", () => {
  assert.deepEqual(offered({}), [...ALWAYS, "claim", "merge"].sort());
  assert.deepEqual(offered({ state: "bot" }), [...ALWAYS, "claim", "merge"].sort());
  const mine = ["handBack", "merge", "reassign", "release", "reply", "resolve", "snooze"];
  assert.deepEqual(offered({ state: "human", holder: NORA }), [...ALWAYS, ...mine].sort());
  assert.deepEqual(offered({ state: "human", holder: SAM }), ALWAYS);
  assert.deepEqual(offered({ state: "human", holder: SAM }, true), [...ALWAYS, "reassign", "takeOver"].sort());
});

test("what is closed may be opened, what is merged separated, what sleeps woken", () => {
  assert.deepEqual(offered({ state: "resolved" }), [...ALWAYS, "reopen"].sort());
  assert.deepEqual(offered({ state: "resolved", merged_into: "c2" }), [...ALWAYS, "separate"].sort());
  assert.ok(offered({ snoozed_until: "2026-01-01T00:00:00Z" }).includes("wake"));
});

test("nobody is offered to reply to what they do not hold", () => {
  for (const state of ["bot", "waiting", "human", "resolved"]) {
    for (const holder of [null, SAM, NORA]) {
      for (const supervisor of [true, false]) {
        assert.equal(offered({ state, holder }, supervisor).includes("reply"), holder === NORA);
      }
    }
  }
});

test("the usual moments to come back lie ahead, in order, each once", () => {
  for (const now of [new Date(2026, 2, 1, 8, 59), new Date(2026, 2, 2, 11, 0), new Date(2026, 2, 6, 13, 0), new Date(2026, 2, 8, 23, 59), new Date(2026, 11, 31, 9, 0)]) {
    const untils = snoozesFrom(now).map(({ until }) => until.getTime());
    assert.ok(untils.length >= 4 && untils.every((until) => until > now.getTime()), String(now));
    assert.deepEqual(untils, [...new Set(untils)].sort((a, b) => a - b));
    const monday = snoozesFrom(now).map(({ until }) => until).find((until) => until.getDay() === 1 && until.getHours() === 9);
    assert.ok(monday !== undefined && monday > now);
  }
});

test("typing finds without accents, capitals or order; titles first", () => {
  const items = [
    { id: "1", title: "Délai dépassé", detail: "Réponse sur l’annulation" },
    { id: "2", title: "Annulation acceptée" },
    { id: "3", title: "Bonjour", detail: "Je regarde votre demande" },
  ];
  assert.deepEqual(matching(items, "ANNUL").map(({ id }) => id), ["2", "1"]);
  assert.deepEqual(matching(items, "depasse delai").map(({ id }) => id), ["1"]);
  assert.deepEqual(matching(items, "").map(({ id }) => id), ["1", "2", "3"]);
  assert.deepEqual(matching(items, "nulation"), [], "words are found from their beginning");
  assert.deepEqual(matching(items, "l'annulation").map(({ id }) => id), ["1"]);
  assert.equal(folded("Éà’Œ"), folded("ÉÀ'œ"));
});

test("a reply goes out only from who holds it, filled in and short enough", () => {
  const draft = new ReplyDraft();
  assert.equal(draft.verdict(true).problem, "empty");
  draft.write("  Bonjour {prénom}, {date} ");
  assert.deepEqual(draft.verdict(true).names, ["prénom", "date"]);
  assert.equal(draft.verdict(true).problem, "variables");
  assert.equal(draft.verdict(false).problem, "claim");
  draft.write("é".repeat(LONGEST + 2));
  assert.deepEqual([draft.verdict(true).problem, draft.verdict(true).over], ["long", 2]);
  draft.write("😀".repeat(LONGEST));
  assert.ok(draft.verdict(true).sendable);
});

test("a suggestion that was changed says so, one that was not says that; nothing typed is lost", () => {
  const suggestion = { response: "faq", version: "3", title: "T", text: "La réponse.\n", source_link: null, confidence: 0.5 };
  const draft = new ReplyDraft();
  draft.write("Bonjour Léa,");
  draft.add(suggestion.text.trim(), suggestion);
  assert.equal(draft.text, "Bonjour Léa,\n\nLa réponse.");
  assert.deepEqual(draft.use, { response: "faq", version: "3", choice: "edited" });
  draft.write("La réponse.");
  assert.equal(draft.use.choice, "sent");
  draft.write("");
  assert.equal(draft.use, null);
  draft.write("Autre chose");
  assert.equal(draft.use, null);
});
