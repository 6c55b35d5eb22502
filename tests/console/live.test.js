import assert from "node:assert/strict";
import { test } from "node:test";

import { Live, LONGEST_SILENCE, POLL_EVERY, STAND_EVERY } from "../../bot/web/static/console/logic/live.js";
import { Rereading } from "../../bot/web/static/console/logic/rereading.js";
import { SessionEnded, Unreachable } from "../../bot/web/static/widget/logic/problems.js";
import { FakeTimers, settle } from "../widget/fakes.js";

function live() {
  const timers = new FakeTimers();
  const sockets = [];
  const heard = [];
  const open = () => {
    const socket = { sent: [], closed: false, send: (text) => socket.sent.push(JSON.parse(text)), close: () => (socket.closed = true) };
    sockets.push(socket);
    return socket;
  };
  const it = new Live(open, {
    onNews: (news) => heard.push(news.type),
    onEverything: () => heard.push("everything"),
    onConnection: (on) => heard.push(on ? "live" : "lost"),
  }, timers, () => 0); // prettier-ignore
  const say = (frame) => sockets.at(-1).onmessage({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  it.start();
  return { it, timers, sockets, heard, say };
}

test("ready means: read everything, then the news", () => {
  const { heard, say } = live();
  say({ type: "ready" });
  say({ type: "queue" });
  say({ type: "ping" });
  say("not json");
  say({ type: "conversation", id: "c1" });
  assert.deepEqual(heard, ["live", "everything", "queue", "conversation"]);
});

test("a lost connection is told, read around, opened again, and what stands is said again", async () => {
  const { it, timers, sockets, heard, say } = live();
  it.stand({ type: "viewing", id: "c1" });
  assert.deepEqual(sockets[0].sent, []);
  say({ type: "ready" });
  assert.deepEqual(sockets[0].sent, [{ type: "viewing", id: "c1" }]);
  sockets[0].onclose({ code: 1006 });
  assert.deepEqual(heard, ["live", "everything", "lost", "everything"]);
  it.say({ type: "typing", id: "c1" });
  await timers.pass(30_000);
  assert.ok(sockets.length >= 2);
  assert.ok(heard.filter((one) => one === "everything").length >= 4);
  say({ type: "ready" });
  await timers.pass(STAND_EVERY);
  assert.deepEqual(sockets.at(-1).sent, [{ type: "viewing", id: "c1" }, { type: "viewing", id: "c1" }]);
  const count = heard.length;
  await timers.pass(POLL_EVERY * 3);
  assert.equal(heard.length, count, "no reading while it is live");
});

test("silence is a lost connection", async () => {
  const { timers, sockets, heard, say } = live();
  say({ type: "ready" });
  await timers.pass(LONGEST_SILENCE - 1);
  say({ type: "ping" });
  await timers.pass(LONGEST_SILENCE - 1);
  assert.ok(!heard.includes("lost"));
  await timers.pass(2);
  assert.ok(heard.includes("lost") && sockets[0].closed);
});

test("no socket at all: everything is read every few seconds", async () => {
  const { timers, sockets, heard } = live();
  sockets[0].onclose({ code: 1006 });
  await timers.pass(POLL_EVERY * 4 + 100);
  assert.equal(heard.filter((one) => one === "everything").length, 4);
  assert.ok(!heard.includes("lost"), "it never was live");
});

test("an ended session opens no more sockets; a stopped one does nothing", async () => {
  const { it, timers, sockets, heard } = live();
  sockets[0].onclose({ code: 4401 });
  await timers.pass(120_000);
  assert.equal(sockets.length, 1);
  assert.ok(heard.includes("everything"), "reading says that the session is over");
  it.stop();
  const count = heard.length;
  it.wake();
  await timers.pass(120_000);
  assert.equal(heard.length, count);
});

test("woken, it tries at once", () => {
  const { it, sockets, heard } = live();
  sockets[0].onclose({ code: 1006 });
  it.wake();
  assert.equal(sockets.length, 2);
  assert.equal(heard.at(-1), "everything");
});

function rereading(read) {
  const timers = new FakeTimers();
  const heard = [];
  const it = new Rereading(read, { onRead: () => heard.push("read"), onFailure: (error) => heard.push(error.constructor.name) }, timers, () => 0);
  return { it, timers, heard };
}

test("asked ten times while it reads, it reads once more", async () => {
  const doors = [];
  const { it, heard } = rereading(() => new Promise((resolve) => doors.push(resolve)));
  for (let turn = 0; turn < 10; turn += 1) void it.ask();
  assert.equal(doors.length, 1);
  doors[0]();
  await settle();
  assert.equal(doors.length, 2);
  doors[1]();
  await settle();
  assert.deepEqual([doors.length, heard.length], [2, 2]);
});

test("no server: tried again later each time, until it is there", async () => {
  let failing = 3;
  const { it, timers, heard } = rereading(async () => {
    if (failing-- > 0) throw new Unreachable("no");
  });
  await it.ask();
  await timers.pass(500);
  assert.deepEqual(heard, ["Unreachable", "Unreachable"]);
  await timers.pass(500);
  assert.equal(heard.length, 2, "longer the second time");
  await timers.pass(10_000);
  assert.deepEqual(heard, ["Unreachable", "Unreachable", "Unreachable", "read"]);
});

test("an ended session is not tried again", async () => {
  const { it, timers, heard } = rereading(async () => {
    throw new SessionEnded("over");
  });
  await it.ask();
  await timers.pass(600_000);
  assert.deepEqual(heard, ["SessionEnded"]);
});
