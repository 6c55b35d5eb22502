import assert from "node:assert/strict";
import { test } from "node:test";

import { copyOf, lengthOf, linesOf, move, onlyChanged, problemsAt, same, withItem } from "../../bot/web/static/console/logic/answer_text.js";

const CONTENT = {
  title: "Le titre",
  parts: [{ text: "Un.", facts: ["a"] }, { text: " Deux 👍 ", facts: ["b"] }],
  offer: "",
  leads_on: [],
  follow_ups: [],
  source: { name: "La source", link: "x" },
};

test("a copy can be changed without the original, and is the same until then", () => {
  const copy = copyOf(CONTENT);
  assert.ok(same(copy, CONTENT));
  copy.parts[0].text = "Autre.";
  assert.equal(CONTENT.parts[0].text, "Un.");
  assert.ok(!same(copy, CONTENT));
});

test("the order of fields is no difference, the order of a list is one", () => {
  assert.ok(same({ a: 1, b: { c: 2, d: [1, 2] } }, { b: { d: [1, 2], c: 2 }, a: 1 }));
  assert.ok(!same([1, 2], [2, 1]));
});

test("an item moves inside its list only", () => {
  const items = ["a", "b", "c"];
  move(items, 0, -1);
  move(items, 2, 1);
  move(items, 7, -1);
  assert.deepEqual(items, ["a", "b", "c"]);
  move(items, 2, -1);
  assert.deepEqual(items, ["a", "c", "b"]);
});

test("formulations are lines with something in them", () => {
  assert.deepEqual(linesOf(" où ?\n\n  quand ?  \n"), ["où ?", "quand ?"]);
});

test("a fact is taken or left once", () => {
  assert.deepEqual(withItem(["a"], "a", true), ["a"]);
  assert.deepEqual(withItem(["a", "b"], "a", false), ["b"]);
});

test("the length is the one the server counts", () => {
  assert.equal(lengthOf(CONTENT), "Un.\n\nDeux ".length + 1);
});

test("problems stand at their own place, and changes are what changed", () => {
  const problems = [{ code: "empty", place: "parts.1", blocks: true, says: "" }, { code: "empty", place: "parts.10", blocks: true, says: "" }];
  assert.deepEqual(problemsAt(problems, "parts.1"), [problems[0]]);
  assert.deepEqual(onlyChanged([{ kind: "same" }, { kind: "added" }]), [{ kind: "added" }]);
});
