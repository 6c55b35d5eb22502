import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Chat } from "../../bot/web/static/widget/logic/chat.js";
import { Outbox } from "../../bot/web/static/widget/logic/outbox.js";
import { Refusal, SellerChanged, SessionEnded } from "../../bot/web/static/widget/logic/problems.js";
import { ReadMarks } from "../../bot/web/static/widget/logic/unread.js";
import { FakeServer, FakeShelf, FakeTimers } from "./fakes.js";

const SAYS = { stale: "stale", failed: "failed", gone: "gone" };
let server;
let timers;
let shelf;

beforeEach(() => {
  server = new FakeServer();
  timers = new FakeTimers();
  shelf = new FakeShelf();
});

function open() {
  const chat = new Chat({
    api: server.asApi(),
    outbox: new Outbox(shelf, "p:", () => timers.now()),
    marks: new ReadMarks(shelf, "p:"),
    openSocket: server.openSocket,
    timers,
    random: () => 0,
    says: SAYS,
  });
  chat.news = [];
  chat.notices = [];
  chat.listen((change) => {
    if (change.kind === "news") chat.news.push(...change.messages.map(({ text }) => text));
    if (change.kind === "notice") chat.notices.push(change.text);
  });
  return chat;
}

async function ready() {
  const chat = open();
  chat.start();
  await timers.pass(0);
  return chat;
}

const shown = (chat) => [
  ...chat.timeline.messages.map(({ text }) => text),
  ...chat.waiting.map(({ text, state }) => `${text} (${state})`),
];
const stored = (id) => server.conversations.get(id).messages.map(({ text }) => text);

test("the first message begins a conversation, and both reach the server once", async () => {
  const chat = await ready();
  assert.equal(chat.conversation, null);
  chat.send("bonjour");
  assert.deepEqual(shown(chat), ["bonjour (waiting)"]);
  await timers.pass(100);
  assert.deepEqual(shown(chat), ["bonjour"]);
  assert.equal(chat.connection, "live");
  server.write("c1", "bot", "Bonjour !");
  await timers.pass(0);
  assert.deepEqual(shown(chat), ["bonjour", "Bonjour !"]);
  assert.equal(shelf.length - [...shelf.kept.keys()].filter((key) => !key.includes("outbox")).length, 0);
});

test("an answer lost on the way back stores the message once, in a conversation begun once", async () => {
  const chat = await ready();
  server.losing = 1;
  chat.send("un");
  await timers.pass(10_000);
  assert.equal(server.conversations.size, 1);
  server.losing = 2;
  chat.send("deux");
  await timers.pass(20_000);
  assert.deepEqual(stored("c1"), ["un", "deux"]);
  assert.deepEqual(shown(chat), ["un", "deux"]);
});

test("what is written offline waits visibly, goes out in order, and survives a reload", async () => {
  server.create();
  const chat = await ready();
  server.reachable = false;
  server.socket.die();
  chat.cut();
  chat.send("un");
  chat.send("deux");
  await timers.pass(5000);
  assert.equal(chat.connection, "offline");
  assert.deepEqual(shown(chat), ["un (waiting)", "deux (waiting)"]);
  chat.stop();

  server.reachable = true;
  const again = await ready();
  await timers.pass(5000);
  assert.deepEqual(stored("c1"), ["un", "deux"]);
  assert.deepEqual(shown(again), ["un", "deux"]);
});

test("the first message of a conversation also survives a reload offline", async () => {
  const chat = await ready();
  server.reachable = false;
  chat.send("bonjour");
  await timers.pass(1000);
  chat.stop();
  server.reachable = true;
  const again = await ready();
  await timers.pass(100);
  assert.deepEqual(shown(again), ["bonjour"]);
  assert.equal(again.conversation.id, "c1");
});

test("a page opened without network starts by itself when it is back", async () => {
  server.create();
  server.write("c1", "bot", "Bonjour");
  server.reachable = false;
  const chat = await ready();
  assert.equal(chat.connection, "offline");
  server.reachable = true;
  await timers.pass(4000);
  assert.equal(chat.phase, "ready");
  assert.deepEqual(shown(chat), ["Bonjour"]);
});

test("a socket killed between two messages: the second comes all the same, once", async () => {
  server.create();
  const chat = await ready();
  await timers.pass(100);
  server.write("c1", "bot", "un");
  server.socket.die();
  server.write("c1", "bot", "deux");
  await timers.pass(5000);
  assert.deepEqual(shown(chat), ["un", "deux"]);
  assert.deepEqual(chat.news, ["un", "deux"]);
  assert.equal(chat.connection, "live");
});

test("where sockets are blocked it polls, without calling itself offline", async () => {
  server.socketsWork = false;
  server.create();
  const chat = await ready();
  const seen = new Set();
  chat.listen(() => seen.add(chat.connection));
  chat.send("bonjour");
  await timers.pass(1000);
  server.write("c1", "bot", "Bonjour !");
  await timers.pass(2000);
  assert.deepEqual(shown(chat), ["bonjour", "Bonjour !"]);
  assert.equal(seen.has("offline"), false);
});

test("history is no news, news is; and both are unread only while nobody looks", async () => {
  server.create();
  server.write("c1", "bot", "ancien");
  const chat = await ready();
  await timers.pass(100);
  assert.deepEqual(chat.news, []);
  assert.equal(chat.unread, 0);
  server.write("c1", "system", "Prolongation acceptée");
  await timers.pass(0);
  assert.equal(chat.unread, 1);
  chat.attend(true);
  assert.equal(chat.unread, 0);
  server.write("c1", "bot", "vu");
  await timers.pass(0);
  assert.equal(chat.unread, 0);
  chat.stop();
  const elsewhere = await ready();
  assert.equal(elsewhere.unread, 0);
});

test("a long conversation shows its end first, the rest on demand", async () => {
  server.create();
  for (let number = 1; number <= 500; number += 1) server.write("c1", "bot", `m${number}`);
  const chat = await ready();
  assert.equal(chat.timeline.messages[0].number, 441);
  assert.equal(chat.timeline.messages.length, 60);
  await chat.readEarlier();
  assert.equal(chat.timeline.messages[0].number, 381);
  assert.equal(chat.timeline.messages.length, 120);
});

test("pressed buttons are inert at once, and again alive when the server never took them", async () => {
  server.create();
  const buttons = [{ title: "Oui", token: "t1", state: "open" }, { title: "Non", token: "t2", state: "open" }];
  server.write("c1", "bot", "On y va ?", { buttons });
  const chat = await ready();
  const message = chat.timeline.messages[0];
  server.failing.push(["send", new Refusal(404, "not_found", "Introuvable", null)]);
  chat.press(message, message.buttons[0]);
  assert.equal(chat.buttonState(message, message.buttons[0]), "used");
  assert.equal(chat.buttonState(message, message.buttons[1]), "inert");
  chat.press(message, message.buttons[1]);
  assert.equal(chat.waiting.length, 1);
  await timers.pass(100);
  assert.deepEqual(shown(chat).slice(1), ["Oui (refused)"]);
  assert.equal(chat.buttonState(message, message.buttons[1]), "open");
});

test("buttons are inert once the seller has written anything else", async () => {
  server.create();
  server.write("c1", "bot", "On y va ?", { buttons: [{ title: "Oui", token: "t1", state: "open" }] });
  const chat = await ready();
  const [message] = chat.timeline.messages;
  server.reachable = false;
  chat.send("attendez");
  assert.equal(chat.buttonState(message, message.buttons[0]), "inert");
});

test("too many: it waits as long as the server asks, says so, and goes on by itself", async () => {
  server.create();
  const chat = await ready();
  server.failing.push(["send", new Refusal(429, "too_many", "Un peu vite", 12)]);
  chat.send("un");
  await timers.pass(0);
  assert.deepEqual(chat.notices, ["Un peu vite"]);
  assert.equal(chat.waitsUntil, timers.now() + 12_000);
  chat.send("deux");
  const calls = server.calls.filter((name) => name === "send").length;
  await timers.pass(11_000);
  assert.equal(server.calls.filter((name) => name === "send").length, calls);
  await timers.pass(2000);
  assert.deepEqual(stored("c1"), ["un", "deux"]);
  assert.equal(chat.waitsUntil, 0);
});

test("a busy server: the message is kept, goes out by itself, and reading goes on meanwhile", async () => {
  server.create();
  const chat = await ready();
  const busy = "Beaucoup de vendeurs nous écrivent en ce moment. Réessayez dans quelques instants.";
  server.failing.push(["send", new Refusal(503, "busy", busy, 5)]);
  server.failing.push(["send", new Refusal(503, "busy", busy, 3)]);
  chat.send("une question");
  await timers.pass(0);
  assert.deepEqual(chat.notices, [busy]);
  assert.equal(chat.waitsUntil, timers.now() + 5000);
  assert.deepEqual(shown(chat), ["une question (waiting)"]);
  server.write("c1", "agent", "J'arrive");
  await timers.pass(4900);
  assert.equal(chat.timeline.messages.length, 1);
  await timers.pass(5000);
  assert.deepEqual(stored("c1"), ["J'arrive", "une question"]);
  assert.equal(chat.waitsUntil, 0);
  assert.equal(server.calls.filter((name) => name === "send").length, 3);
});

test("what the server will never take stays with its reason, and holds up nothing", async () => {
  server.create();
  const chat = await ready();
  server.failing.push(["send", new Refusal(422, "text_too_long", "Trop long", null)]);
  chat.send("un");
  chat.send("deux");
  await timers.pass(100);
  assert.deepEqual(stored("c1"), ["deux"]);
  assert.deepEqual(shown(chat), ["deux", "un (refused)"]);
  assert.equal(chat.waiting[0].reason, "Trop long");
  chat.sendAgain(chat.waiting[0].clientId);
  await timers.pass(100);
  assert.deepEqual(stored("c1"), ["deux", "un"]);
});

test("a session that ended loses nothing: conversation and unsent message are there after it", async () => {
  server.create();
  server.write("c1", "bot", "Bonjour");
  const chat = await ready();
  server.failing.push(["send", new SessionEnded("401")]);
  chat.send("un");
  await timers.pass(100);
  assert.equal(chat.phase, "ended");
  assert.deepEqual(shown(chat), ["Bonjour", "un (waiting)"]);
  chat.restart();
  await timers.pass(100);
  assert.equal(chat.phase, "ready");
  assert.deepEqual(shown(chat), ["Bonjour", "un"]);
});

test("somebody else signs in: nothing of the first seller goes out or stays on the screen", async () => {
  server.create();
  server.write("c1", "bot", "Bonjour Léa");
  const chat = await ready();
  server.failing.push(["send", new SellerChanged("karim")]);
  server.seller = "karim";
  server.conversations.clear();
  chat.send("secret de Léa");
  await timers.pass(5000);
  assert.deepEqual(shown(chat), []);
  assert.equal(server.conversations.size, 0);
  assert.equal(chat.session.seller.id, "karim");
  assert.equal([...shelf.kept.keys()].filter((key) => key.startsWith("p:outbox:lea:")).length, 1);
});

test("a new conversation leaves the old one as it was, and both can be shown", async () => {
  server.create();
  server.write("c1", "bot", "ancienne");
  const chat = await ready();
  const [old] = await server.listed();
  chat.beginAnew();
  assert.deepEqual(shown(chat), []);
  chat.send("nouvelle");
  await timers.pass(100);
  assert.equal(chat.conversation.id, "c2");
  await chat.open(old);
  assert.deepEqual(shown(chat), ["ancienne"]);
  assert.deepEqual(stored("c2"), ["nouvelle"]);
});

test("a thumb that could not be stored is taken back, and said", async () => {
  server.create();
  server.write("c1", "bot", "réponse");
  const chat = await ready();
  server.failing.push(["thumb", new Refusal(503, "unavailable", "Plus tard", 2)]);
  const given = chat.thumb(chat.timeline.messages[0], "up");
  assert.equal(chat.timeline.messages[0].thumb, "up");
  await given;
  assert.equal(chat.timeline.messages[0].thumb, null);
  assert.deepEqual(chat.notices, ["Plus tard"]);
});

test("two tabs: an entry sent by both is stored once, and leaves both", async () => {
  server.create();
  const one = await ready();
  server.reachable = false;
  one.send("bonjour");
  await timers.pass(10);
  const two = open();
  server.reachable = true;
  two.start();
  one.wake();
  await timers.pass(10_000);
  assert.deepEqual(stored("c1"), ["bonjour"]);
  assert.deepEqual(shown(one), ["bonjour"]);
  assert.deepEqual(shown(two), ["bonjour"]);
  assert.equal([...shelf.kept.keys()].some((key) => key.includes("outbox")), false);
});
