import assert from "node:assert/strict";
import { test } from "node:test";

import { typeset, lengthSaid, openWithUnread, waitSaid } from "../../bot/web/static/widget/french.js";
import { delayBefore, LONGEST_DELAY } from "../../bot/web/static/widget/logic/backoff.js";
import { measure } from "../../bot/web/static/widget/logic/length.js";
import { piecesOf, sourcePiecesOf, webAddress } from "../../bot/web/static/widget/logic/links.js";
import { dayOf } from "../../bot/web/static/widget/logic/moments.js";
import { newClientId, Outbox } from "../../bot/web/static/widget/logic/outbox.js";
import { Refusal, SellerChanged, SessionEnded, Unreachable } from "../../bot/web/static/widget/logic/problems.js";
import { SiteApi } from "../../bot/web/static/widget/logic/site_api.js";
import { buttonState, Timeline } from "../../bot/web/static/widget/logic/timeline.js";
import { Tokens } from "../../bot/web/static/widget/logic/tokens.js";
import { ReadMarks } from "../../bot/web/static/widget/logic/unread.js";
import { FakeShelf } from "./fakes.js";

const urls = (text) => piecesOf(text).filter(({ url }) => url).map(({ url }) => url);

test("addresses become links, without the sentence around them", () => {
  const cases = {
    "voir https://aide.example.com/articles/x.": ["https://aide.example.com/articles/x"],
    "(https://a.example/b_(c)) !": ["https://a.example/b_(c)"],
    "« https://a.example/d »": ["https://a.example/d"],
    "http://a.example?x=1&y=2, puis HTTPS://B.example": ["http://a.example/?x=1&y=2", "https://b.example/"],
    "https://": [],
    "rien ici": [],
  };
  for (const [text, expected] of Object.entries(cases)) assert.deepEqual(urls(text), expected, text);
});

test("nothing but the web becomes a link, and no address that pretends", () => {
  for (const text of [
    "javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd",
    "https://site.example@evil.example/", "https://a:b@evil.example", "javascript://https://a.example\u0000",
  ]) {
    assert.ok(urls(text).every((url) => url === "https://a.example/"), text);
  }
});

test("an address is of the web or none, even where nothing else looks", () => {
  for (const address of ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "blob:https://a.example/1"]) {
    assert.equal(webAddress(address), null, address);
  }
  assert.equal(webAddress("https://a.example"), "https://a.example/");
});

test("pieces joined are the text again, whatever it is", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const bits = ["https://a.example/x", "(", ")", " ", ".", "«", "\n", "é", "<b>", "http://", "😀", ","];
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: 12 }, () => bits[Math.floor(random() * bits.length)]).join("");
    assert.equal(piecesOf(text).map((piece) => piece.text).join(""), text);
  }
});

test("an answer's source is a link by its name, and nothing else is", () => {
  const named = sourcePiecesOf("Source : « Bloquer un client » — https://aide.example/a_b");
  assert.deepEqual(named, [{ text: "Source : ", url: null }, { text: "Bloquer un client", url: "https://aide.example/a_b" }]);
  const spaced = sourcePiecesOf("Source\u00a0: «\u00a0Bloquer\u00a0» — https://aide.example/a");
  assert.equal(spaced[1].text, "Bloquer");
  for (const other of [
    "Source : « x » — javascript:alert(1)",
    "Raison : « cliquez » — https://evil.example",
    "Source : https://a.example/x",
    "Source : « x » — https://name@a.example/",
  ]) {
    assert.deepEqual(sourcePiecesOf(other), piecesOf(other), other);
  }
});

test("waits double up to a limit, and half of each is chance", () => {
  assert.equal(delayBefore(0, () => 0), 500);
  assert.equal(delayBefore(0, () => 0.9999) < 1000, true);
  assert.equal(delayBefore(3, () => 0), 4000);
  assert.equal(delayBefore(1000, () => 0), LONGEST_DELAY / 2);
});

const message = (number, more = {}) => ({
  number, author: "bot", text: `m${number}`, created_at: "", buttons: [], answer: false, ...more,
});

test("whatever order and however often messages come, the list is the same", () => {
  let seed = 3;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round += 1) {
    const timeline = new Timeline();
    const own = new Set();
    let sent = 0;
    while (timeline.cursor < 20) {
      if (random() < 0.3) {
        sent = Math.floor(random() * 20) + 1;
        own.add(sent);
        timeline.put(message(sent));
      } else {
        const until = Math.min(20, timeline.cursor + Math.floor(random() * 4));
        const from = Math.max(1, timeline.cursor - Math.floor(random() * 3));
        const page = [];
        for (let number = from; number <= until; number += 1) page.push(message(number));
        timeline.read(page);
      }
    }
    assert.deepEqual(timeline.messages.map(({ number }) => number), Array.from({ length: 20 }, (_, i) => i + 1));
  }
});

test("our own message beyond a gap does not move the cursor over the gap", () => {
  const timeline = new Timeline();
  timeline.read([message(1)]);
  timeline.put(message(5, { author: "seller" }));
  assert.equal(timeline.cursor, 1);
  assert.deepEqual(timeline.read([2, 3, 4, 5].map((number) => message(number))).map(({ number }) => number), [2, 3, 4]);
});

test("an update changes a message held, and adds none", () => {
  const timeline = new Timeline(10);
  timeline.read([message(11)]);
  timeline.update(message(11, { thumb: "up" }));
  timeline.update(message(3));
  timeline.update(message(12));
  assert.deepEqual(timeline.messages.map(({ number, thumb }) => [number, thumb]), [[11, "up"]]);
});

test("a button never stands better than the server says", () => {
  const one = { title: "x", token: "a", state: "inert" };
  const calm = { lastOfSeller: 0, pressed: null, waiting: false };
  assert.equal(buttonState(message(4), one, calm), "inert");
  assert.equal(buttonState(message(4), { ...one, state: "open" }, calm), "open");
  assert.equal(buttonState(message(4), { ...one, state: "open" }, { ...calm, lastOfSeller: 5 }), "inert");
  assert.equal(buttonState(message(4), { ...one, state: "used" }, { ...calm, lastOfSeller: 5 }), "used");
});

test("characters are counted as the server counts them", () => {
  assert.deepEqual(measure("😀é", 10), { length: 2, shown: false, over: 0 });
  assert.equal(measure("x".repeat(12), 10).over, 2);
  assert.equal(measure("x".repeat(8), 10).shown, true);
});

test("days are named as people name them", () => {
  const now = new Date(2026, 2, 3, 9, 0);
  assert.equal(dayOf(new Date(2026, 2, 3, 0, 1), now), "Aujourd’hui");
  assert.equal(dayOf(new Date(2026, 2, 2, 23, 59), now), "Hier");
  assert.equal(dayOf(new Date(2026, 2, 1, 12), now), "Dimanche 1er mars");
  assert.equal(dayOf(new Date(2025, 11, 24, 12), now), "24 décembre 2025");
});

test("French spaces and plurals", () => {
  assert.equal(typeset("Ça va ? « oui » !"), "Ça va\u00a0? «\u00a0oui\u00a0»\u00a0!");
  assert.equal(openWithUnread(1).endsWith("1 message non lu"), true);
  assert.equal(openWithUnread(2).endsWith("2 messages non lus"), true);
  assert.match(waitSaid(1), /1 seconde\./);
  assert.match(lengthSaid(0, 1), /1 caractère\./);
});

test("client ids are what the server takes, and differ", () => {
  const ids = Array.from({ length: 100 }, newClientId);
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_.-]{1,64}$/);
});

test("the outbox keeps a seller's entries for that seller alone", () => {
  const shelf = new FakeShelf({ "p:outbox:lea:junk": "{", "p:outbox:lea:other": '{"clientId":"z"}' });
  const outbox = new Outbox(shelf, "p:", () => 5);
  outbox.add({ begin: "b" }, "avant");
  assert.equal(shelf.length, 2);
  outbox.belongTo("lea", "stale");
  outbox.add({ id: "c1" }, "après");
  assert.deepEqual(new Outbox(shelf, "p:").entries, []);
  const other = new Outbox(shelf, "p:", () => 6);
  other.belongTo("le", "stale");
  assert.deepEqual(other.entries, []);
  other.belongTo("lea", "stale");
  assert.deepEqual(other.entries.map(({ text }) => text), ["avant", "après"]);
  other.begun("b", "c9");
  assert.deepEqual(other.entries[0].target, { id: "c9" });
});

test("an entry that waited for hours is not sent unasked", () => {
  const shelf = new FakeShelf();
  const before = new Outbox(shelf, "p:", () => 0);
  before.belongTo("lea", "stale");
  before.add({ id: "c1" }, "vieux");
  const after = new Outbox(shelf, "p:", () => 13 * 3600 * 1000);
  after.belongTo("lea", "stale");
  assert.equal(after.next(), null);
  assert.equal(after.entries[0].reason, "stale");
});

test("a shelf that is full or forbidden costs nothing but the reload", () => {
  const broken = { length: 0, key: () => null, getItem: () => { throw new Error(); }, setItem: () => { throw new Error(); }, removeItem: () => { throw new Error(); } };
  const outbox = new Outbox(broken, "p:");
  outbox.belongTo("lea", "stale");
  const entry = outbox.add({ id: "c1" }, "un");
  assert.equal(outbox.next().text, "un");
  assert.equal(outbox.remove(entry.clientId), true);
  const marks = new ReadMarks(broken, "p:");
  marks.read("c1", 4);
  marks.read("c1", 2);
  assert.equal(marks.of("c1"), 4);
});

const NOW = 1_700_000_000_000;
const jwt = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
const lasting = (seconds, sub = "lea", skew = 0) =>
  jwt({ sub, iat: NOW / 1000 + skew, exp: NOW / 1000 + skew + seconds });

test("one token at a time, renewed before it ends, whatever the seller's clock says", async () => {
  let now = NOW;
  let fetched = 0;
  const tokens = new Tokens(async () => {
    fetched += 1;
    return `${lasting(300, "lea", 86_400)}${fetched}`;
  }, () => now);
  const three = await Promise.all([tokens.current(), tokens.current(), tokens.current()]);
  assert.equal(fetched, 1);
  assert.equal(new Set(three).size, 1);
  now += 279_000;
  await tokens.current();
  assert.equal(fetched, 1);
  now += 2000;
  await tokens.current();
  assert.equal(fetched, 2);
});

test("a refused token is replaced once, however many calls it was refused to", async () => {
  let fetched = 0;
  const tokens = new Tokens(async () => `${jwt({})}${++fetched}`, () => NOW);
  const first = await tokens.current();
  await Promise.all([tokens.instead(first), tokens.instead(first)]);
  await tokens.instead(first);
  assert.equal(fetched, 2);
});

test("a failed fetch is not remembered", async () => {
  let fails = true;
  const tokens = new Tokens(async () => {
    if (fails) throw new Unreachable("x");
    return jwt({});
  });
  await assert.rejects(tokens.current(), Unreachable);
  fails = false;
  await tokens.current();
});

const answer = (status, body, headers = {}) => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

function apiWith(answers, fetchToken) {
  let number = 0;
  const asked = [];
  const ids = [];
  const tokens = new Tokens(fetchToken ?? (async () => `${lasting(300)}${++number}`), () => NOW);
  const api = new SiteApi("https://x.example/api/site/v1/", tokens, async (url, request) => {
    asked.push([url, request.headers.Authorization]);
    ids.push(request.headers["X-Request-Id"]);
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  });
  return { api, asked, ids };
}

test("each call has an id of its own, which leads through the server's logs", async () => {
  const { api, ids } = apiWith([answer(401, {}), answer(200, {}), answer(200, {})]);
  await api.session();
  await api.begin("b1");
  assert.equal(new Set(ids).size, 3);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

test("a 401 is tried once more with another token, then it is the end of the session", async () => {
  const { api, asked } = apiWith([answer(401, {}), answer(200, { conversations: [] })]);
  assert.deepEqual(await api.conversations(), []);
  assert.notEqual(asked[0][1], asked[1][1]);
  await assert.rejects(apiWith([answer(401, {}), answer(401, {})]).api.session(), SessionEnded);
});

test("each failure is one of three kinds", async () => {
  await assert.rejects(apiWith([new TypeError("network")]).api.session(), Unreachable);
  await assert.rejects(apiWith([answer(200, "<html>")]).api.session(), Unreachable);
  const limited = answer(429, { error: { code: "too_many", message: "Doucement" } }, { "Retry-After": "7" });
  await assert.rejects(apiWith([limited]).api.session(), (error) =>
    error instanceof Refusal && error.passes && error.retryAfter === 7 && error.message === "Doucement");
  await assert.rejects(apiWith([answer(502, "<html>bad gateway")]).api.session(), (error) =>
    error instanceof Refusal && error.passes && error.message === "");
  await assert.rejects(apiWith([answer(422, { error: { code: "c", message: "m" } })]).api.session(), (error) =>
    error instanceof Refusal && !error.passes);
});

test("nothing goes out under another seller's name", async () => {
  const { api, asked } = apiWith([], async () => lasting(300, "karim"));
  api.seller = "lea";
  await assert.rejects(api.send("c1", { client_id: "x", text: "secret" }), SellerChanged);
  assert.deepEqual(asked, []);
});

test("a conversation's id cannot lead a call elsewhere", async () => {
  const { api, asked } = apiWith([answer(200, { messages: [] })]);
  await api.messages("../../x?y#", 0);
  assert.equal(asked[0][0], "https://x.example/api/site/v1/conversations/..%2F..%2Fx%3Fy%23/messages?after=0&limit=200");
});
