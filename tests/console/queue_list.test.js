import assert from "node:assert/strict";
import { test } from "node:test";

import { QueueList } from "../../bot/web/static/console/logic/queue_list.js";

const cases = (...ids) => ids.map((id) => ({ id, holder: null }));
const shown = (list) => list.rows.map(({ id, gone, fresh }) => id + (gone ? "-" : "") + (fresh ? "+" : ""));

test("what is there from the start is no news; what comes later is", () => {
  const list = new QueueList();
  assert.deepEqual(list.take(cases("a", "b"), false), []);
  assert.deepEqual(list.take(cases("c", "a", "b"), false).map(({ id }) => id), ["c"]);
  assert.deepEqual(shown(list), ["c+", "a", "b"]);
  list.look("c");
  assert.deepEqual(shown(list), ["c", "a", "b"]);
});

test("held, no row moves: one that left stays, new ones come where they belong", () => {
  const list = new QueueList();
  list.take(cases("a", "b", "c"), false);
  list.take(cases("x", "c", "y", "a"), true);
  assert.deepEqual(shown(list), ["x+", "a", "b-", "c", "y+"]);
  assert.deepEqual(list.rows.filter(({ id }) => "abc".includes(id)).map(({ id }) => id), ["a", "b", "c"]);
  list.look("y");
  list.settle();
  assert.deepEqual(shown(list), ["x+", "c", "y", "a"]);
});

test("held, a case that comes back is no longer gone, and is no news", () => {
  const list = new QueueList();
  list.take(cases("a", "b"), false);
  list.take(cases("a"), true);
  assert.deepEqual(shown(list), ["a", "b-"]);
  assert.deepEqual(list.take(cases("b", "a"), true), []);
  assert.deepEqual(shown(list), ["a", "b"]);
});

test("any number of changes while held keeps the old rows' order and loses no case", () => {
  let seed = 11;
  const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
  for (let round = 0; round < 300; round += 1) {
    const list = new QueueList();
    const pool = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const some = () => pool.filter(() => random(2)).sort(() => random(3) - 1);
    list.take(cases(...some()), false);
    for (let step = 0; step < 5; step += 1) {
      const before = list.rows.map(({ id }) => id);
      const now = some();
      list.take(cases(...now), true);
      const ids = list.rows.map(({ id }) => id);
      assert.deepEqual(ids.filter((id) => before.includes(id)), before);
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(list.rows.filter(({ gone }) => !gone).map(({ id }) => id).sort(), [...now].sort());
    }
  }
});

test("one steps through the rows and stops at the ends", () => {
  const list = new QueueList();
  assert.equal(list.beside(null, 1), null);
  list.take(cases("a", "b"), false);
  assert.equal(list.beside(null, 1), "a");
  assert.equal(list.beside("a", 1), "b");
  assert.equal(list.beside("b", 1), "b");
  assert.equal(list.beside("a", -1), "a");
});

test("one case changes where it stands; other filters begin anew", () => {
  const list = new QueueList();
  list.take(cases("a", "b"), false);
  list.change("b", { viewers: [{ id: "sam", name: "Sam" }] });
  assert.equal(list.rows[1].case.viewers[0].name, "Sam");
  list.clear();
  assert.deepEqual(list.take(cases("z"), false), []);
});
