import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Feed } from "../../bot/web/static/widget/logic/feed.js";
import { Refusal, SellerChanged, SessionEnded } from "../../bot/web/static/widget/logic/problems.js";
import { Shown } from "../../bot/web/static/widget/logic/shown.js";
import { Timeline } from "../../bot/web/static/widget/logic/timeline.js";
import { FakeServer, FakeTimers } from "./fakes.js";

let server;
let timers;
let timeline;
let heard;

beforeEach(() => {
  server = new FakeServer();
  server.create();
  timers = new FakeTimers();
  timeline = new Timeline();
  heard = { texts: [], typing: [], connections: [], problems: [], states: [] };
});

function start() {
  const feed = new Feed(server.asApi(), "c1", {
    cursor: () => timeline.cursor,
    onMessages: (messages) => heard.texts.push(...timeline.read(messages).map(({ text }) => text)),
    onUpdates: () => {},
    onTyping: (typing) => heard.typing.push(typing?.author ?? null),
    onState: (state) => heard.states.push(state),
    onConnection: (connection) => heard.connections.push(connection),
    onProblem: (problem) => heard.problems.push(problem),
  }, { openSocket: server.openSocket, timers, random: () => 0, pollSeconds: 3 });
  feed.start();
  return feed;
}

test("the socket says hello with its cursor and brings what came after it, in order", async () => {
  for (const text of ["un", "deux", "trois"]) server.write("c1", "bot", text);
  timeline.read(server.find("c1").messages.slice(0, 1));
  start();
  await timers.pass(100);
  assert.deepEqual(server.socket.sent, [{ type: "hello", token: "token-of-lea", after: 1 }]);
  assert.deepEqual(heard.texts, ["deux", "trois"]);
  assert.deepEqual(heard.connections, ["live"]);
});

test("a live socket is not polled beside", async () => {
  start();
  await timers.pass(20_000);
  assert.equal(server.calls.includes("messages"), false);
});

test("a connection that went silent is given up, and another opened", async () => {
  start();
  await timers.pass(30_000);
  server.socket.hear({ type: "ping" });
  await timers.pass(39_000);
  assert.equal(server.sockets.length, 1);
  server.write("c1", "bot", "un");
  await timers.pass(39_999);
  assert.equal(server.sockets.length, 1);
  await timers.pass(5000);
  assert.equal(server.sockets.length, 2);
});

test("typing is cleared: by the server, by a lost connection, by time", async () => {
  start();
  await timers.pass(10);
  heard.typing.length = 0;
  server.socket.hear({ type: "typing", on: true, author: "bot" });
  server.socket.hear({ type: "typing", on: false, author: "bot" });
  assert.deepEqual(heard.typing, ["bot", null]);
  server.socket.hear({ type: "typing", on: true, author: "agent" });
  server.socket.die();
  assert.deepEqual(heard.typing.slice(2), ["agent", null]);
  await timers.pass(3000);
  heard.typing.length = 0;
  server.socket.hear({ type: "typing", on: true, author: "bot" });
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await timers.pass(15_000);
    server.socket.hear({ type: "ping" });
  }
  assert.deepEqual(heard.typing, ["bot", null]);
});

test("tries come ever later, never later than half a minute, and at once when woken", async () => {
  server.socketsWork = false;
  const feed = start();
  await timers.pass(300_000);
  const tries = server.sockets.length;
  assert.ok(tries > 10 && tries < 30, `${tries} tries in five minutes`);
  feed.wake();
  await timers.pass(0);
  assert.equal(server.sockets.length, tries + 1);
});

test("polling keeps the pace the server asks for, and is quick while an answer is due", async () => {
  server.socketsWork = false;
  const feed = start();
  await timers.pass(30_000);
  const polls = server.calls.length;
  assert.ok(polls >= 9 && polls <= 12, `${polls} polls in half a minute`);
  feed.expectAnswer();
  await timers.pass(4000);
  assert.ok(server.calls.length - polls >= 4);
});

test("a pile of messages is read page after page without waiting", async () => {
  server.socketsWork = false;
  for (let number = 1; number <= 450; number += 1) server.write("c1", "bot", `m${number}`);
  start();
  await timers.pass(2000);
  assert.equal(heard.texts.length, 450);
});

test("an answer of 503 is waited out as long as it says", async () => {
  server.socketsWork = false;
  server.failing.push(["messages", new Refusal(503, "unavailable", "?", 20)]);
  start();
  await timers.pass(1000);
  const calls = server.calls.length;
  await timers.pass(18_000);
  assert.equal(server.calls.length, calls);
  await timers.pass(4000);
  assert.ok(server.calls.length > calls);
  assert.equal(heard.connections.at(-1), "polling");
});

test("renewal is answered with another token, without a new connection", async () => {
  start();
  await timers.pass(10);
  server.token = async (refused) => (refused === undefined ? "token-of-lea" : `instead of ${refused}`);
  server.socket.hear({ type: "renew" });
  await timers.pass(10);
  assert.deepEqual(server.socket.sent.at(-1), { type: "token", token: "instead of token-of-lea" });
  assert.equal(server.sockets.length, 1);
});

for (const [name, problem, code, told] of [
  ["the session ended", new SessionEnded("x"), 4401, "ended"],
  ["another seller signed in", new SellerChanged("karim"), 4401, "gone"],
  ["the conversation is not ours", null, 4404, "gone"],
]) {
  test(`${name}: the feed stops, and says so once`, async () => {
    start();
    await timers.pass(10);
    server.tokenProblem = problem;
    server.socket.die(code);
    await timers.pass(100_000);
    assert.deepEqual(heard.problems, [told]);
    assert.equal(timers.pending.size, 0);
  });
}

test("an expired token is replaced and the stream goes on", async () => {
  start();
  await timers.pass(10);
  server.socket.die(4401);
  await timers.pass(3000);
  assert.equal(server.sockets.length, 2);
  assert.equal(heard.connections.at(-1), "live");
});

test("one socket too many: it polls, and comes back later", async () => {
  start();
  await timers.pass(10);
  server.socket.die(4429);
  await timers.pass(14_000);
  assert.equal(server.sockets.length, 1);
  assert.equal(heard.connections.at(-1), "polling");
  await timers.pass(2000);
  assert.equal(server.sockets.length, 2);
});

test("a stopped feed does nothing any more", async () => {
  const feed = start();
  await timers.pass(10);
  feed.stop();
  server.write("c1", "bot", "un");
  feed.wake();
  await timers.pass(100_000);
  assert.deepEqual(heard.texts, []);
  assert.equal(timers.pending.size, 0);
});

test("that the seller types is said while somebody can hear it", async () => {
  server.socketsWork = false;
  const feed = start();
  await timers.pass(100);
  feed.typing();
  server.socketsWork = true;
  await timers.pass(5_000);
  feed.typing();
  assert.deepEqual(server.socket.sent.map(({ type }) => type), ["hello", "typing"]);
  feed.stop();
  feed.typing();
  assert.equal(server.socket.sent.length, 2);
});

test("only a person who answers is told, and not at every letter", async () => {
  const overview = { id: "c1", state: "bot", last_number: 0 };
  const listener = { onChange() {}, onArrival() {}, onConnection() {}, onProblem() {} };
  const shown = new Shown(server.asApi(), overview, timeline, listener);
  shown.follow({ openSocket: server.openSocket, timers, random: () => 0 }, 3);
  await timers.pass(100);
  const told = () => server.socket.sent.filter(({ type }) => type === "typing").length;
  shown.types(timers.now());
  assert.equal(told(), 0);
  overview.state = "human";
  for (let letter = 0; letter < 40; letter += 1) {
    shown.types(timers.now());
    await timers.pass(100);
  }
  assert.equal(told(), 2);
});
