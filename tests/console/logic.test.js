import assert from "node:assert/strict";
import { test } from "node:test";

import { ConsoleApi, Refused, pathOf } from "../../bot/web/static/console/logic/console_api.js";
import { Drafts } from "../../bot/web/static/console/logic/drafts.js";
import { lasted, lastedSaid } from "../../bot/web/static/console/logic/durations.js";
import { addressOf, filtersOf, narrowed, queryOf } from "../../bot/web/static/console/logic/filters.js";
import { commandOf } from "../../bot/web/static/console/logic/keys.js";
import { firstVariable, unknownVariables } from "../../bot/web/static/console/logic/variables.js";
import { SessionEnded, Unreachable } from "../../bot/web/static/widget/logic/problems.js";
import { FakeShelf } from "../widget/fakes.js";

// Filters.

test("an address says which cases are shown, and is read back as it was written", () => {
  for (const address of [
    "/console", "/console?view=mine", "/console?view=all&sort=recent&topic=faq_cancel_order&urgency=high&q=L%C3%A9a+%26+Cie",
    "/console?view=human&reason=abuse&holder=none",
  ]) {
    assert.equal(addressOf(filtersOf(address.slice("/console".length))), address);
  }
});

test("an address that somebody made up shows the queue", () => {
  const filters = filtersOf("?view=__proto__&sort=drop&nothing=1&q=%20%20");
  assert.deepEqual(filters, { view: "waiting", sort: "urgency", topic: "", reason: "", holder: "", urgency: "", q: "" });
  assert.equal(narrowed(filters), false);
});

test("a view that says whose cases it shows is stronger than the filter", () => {
  assert.equal(queryOf(filtersOf("?view=mine&holder=sam")).get("holder"), "me");
  assert.equal(queryOf(filtersOf("?view=human&holder=sam")).get("holder"), "sam");
  assert.equal(queryOf(filtersOf("")).get("state"), "waiting");
  assert.equal(narrowed(filtersOf("?q=FO1")), true);
});

// Durations.

test("how long it lasts, in few letters and in words", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  const ago = (ms) => new Date(now - ms);
  const cases = [
    [0, "0 s", "0 seconde"], [59_999, "59 s", "59 secondes"], [60_000, "1 min", "1 minute"],
    [59 * 60_000, "59 min", "59 minutes"], [3600_000, "1 h 00", "1 heure"], [3 * 3600_000 + 5 * 60_000, "3 h 05", "3 heures"],
    [47 * 3600_000, "47 h 00", "47 heures"], [48 * 3600_000, "2 j", "2 jours"], [-5000, "0 s", "0 seconde"],
  ];
  for (const [ms, short, said] of cases) {
    assert.equal(lasted(ago(ms), now).replaceAll("\u00a0", " "), short);
    assert.equal(lastedSaid(ago(ms), now).replaceAll("\u00a0", " "), said);
  }
});

// Variables.

test("variables nobody filled in are found, each once", () => {
  assert.deepEqual(unknownVariables("Bonjour {prénom}, votre {commande} et {commande}"), ["prénom", "commande"]);
  assert.deepEqual(unknownVariables("Bonjour Léa, {} {1} { a } {a-b} 50 {"), []);
  assert.deepEqual(firstVariable("Bonjour {nom} et {date}"), { start: 8, end: 13 });
  assert.equal(firstVariable("Bonjour"), null);
});

// Drafts.

test("a draft is kept for its own conversation and its own writer", () => {
  const shelf = new FakeShelf();
  new Drafts(shelf, "a:reply:").keep("c1", "Bonjour\nLéa");
  assert.equal(new Drafts(shelf, "a:reply:").of("c1"), "Bonjour\nLéa");
  assert.equal(new Drafts(shelf, "a:reply:").of("c2"), "");
  assert.equal(new Drafts(shelf, "a:note:").of("c1"), "");
  new Drafts(shelf, "a:reply:").keep("c1", "  ");
  assert.equal(shelf.length, 0);
});

test("no storage, or a full one, harms nobody", () => {
  const broken = { getItem() { throw new Error("no"); }, setItem() { throw new Error("full"); }, removeItem() { throw new Error("no"); } };
  for (const shelf of [null, broken]) {
    const drafts = new Drafts(shelf, "x:");
    drafts.keep("c1", "texte");
    assert.equal(drafts.of("c1"), "");
  }
});

// Keys.

const BINDINGS = [{ key: "j", command: "next", said: "" }, { key: "?", command: "help", said: "" }, { key: "Escape", command: "leave", said: "" }, { key: "Enter", command: "open", said: "" }];
const press = (key, more = {}, single = true) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, defaultPrevented: false, writing: false, pressing: false, ...more }, BINDINGS, single);

test("a key is a command, unless somebody writes or the browser means something else", () => {
  assert.equal(press("j"), "next");
  assert.equal(press("J"), "next");
  assert.equal(press("?"), "help");
  assert.equal(press("k"), null);
  for (const mine of ["ctrlKey", "metaKey", "altKey", "isComposing", "defaultPrevented", "writing"]) {
    assert.equal(press("j", { [mine]: true }), null, mine);
  }
  assert.equal(press("Escape", { writing: true }), "leave");
  assert.equal(press("Enter"), "open");
  assert.equal(press("Enter", { pressing: true }), null);
});

test("single letters can be turned off; Escape stays", () => {
  assert.equal(press("j", {}, false), null);
  assert.equal(press("Escape", {}, false), "leave");
});

// The API's caller.

function fakeFetch(answers) {
  const calls = [];
  const call = async (url, request) => {
    calls.push({ url, ...request });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    const [status, body, headers = {}] = answer;
    return new Response(status === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), { status, headers });
  };
  return { call, calls };
}
const apiOf = (...answers) => {
  const { call, calls } = fakeFetch(answers);
  return { api: new ConsoleApi("/api", call), calls };
};

test("a write carries the CSRF token, asked for once", async () => {
  const { api, calls } = apiOf([200, { csrf_token: "t1" }], [200, { case: 1 }], [204]);
  assert.deepEqual(await api.post(`${pathOf("a/b?")}/claim`), { case: 1 });
  assert.equal(await api.post("/x", { text: "é" }, "PUT"), null);
  assert.deepEqual(calls.map(({ method, url }) => `${method} ${url}`), ["GET /api/session", "POST /api/conversations/a%2Fb%3F/claim", "PUT /api/x"]);
  assert.equal(calls[1].headers["X-CSRF-Token"], "t1");
  assert.equal(calls[2].headers["X-CSRF-Token"], "t1");
  assert.equal(calls[2].body, '{"text":"é"}');
  assert.equal(calls[0].headers["X-CSRF-Token"], undefined);
  assert.ok(calls.every(({ credentials }) => credentials === "same-origin"));
});

test("a stale token is asked for again once, and no write goes out a third time", async () => {
  const csrf = [403, { error: { code: "forged_request", message: "Réessayez." } }];
  const { api, calls } = apiOf([200, { csrf_token: "t1" }], csrf, [200, { csrf_token: "t2" }], [204]);
  await api.post("/x");
  assert.equal(calls[3].headers["X-CSRF-Token"], "t2");
  const twice = apiOf([200, { csrf_token: "t1" }], csrf, [200, { csrf_token: "t2" }], csrf);
  await assert.rejects(twice.api.post("/x"), Refused);
  assert.equal(twice.calls.length, 4);
});

test("a refusal says what the server said, with its details", async () => {
  const { api } = apiOf([409, { error: { code: "already_claimed", message: "Sam s’en occupe.", holder: { id: "sam", name: "Sam" } } }, { "Retry-After": "7" }]);
  await assert.rejects(api.get("/x"), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.status, error.code, error.message, error.retryAfter], [409, "already_claimed", "Sam s’en occupe.", 7]);
    assert.deepEqual(error.details, { holder: { id: "sam", name: "Sam" } });
    return true;
  });
});

test("401 is the end of the session, but an answer where one signs in", async () => {
  await assert.rejects(apiOf([401, { error: { code: "not_signed_in", message: "" } }]).api.get("/queue"), SessionEnded);
  await assert.rejects(apiOf([401, { error: { code: "login_refused", message: "Non." } }]).api.signIn("nora", "x"), Refused);
});

test("no answer, half an answer, a proxy's page: each is what it is", async () => {
  await assert.rejects(apiOf(new TypeError("network")).api.get("/x"), Unreachable);
  await assert.rejects(apiOf([200, "{cut"]).api.get("/x"), Unreachable);
  await assert.rejects(apiOf([502, "<html>"]).api.get("/x"), (error) => error instanceof Refused && error.passes && error.message === "");
});

test("signing in keeps the token it brought; a session that cannot be asked for is asked again", async () => {
  const { api, calls } = apiOf([200, { csrf_token: "t9" }], [204]);
  await api.signIn("nora", "secret");
  await api.post("/x");
  assert.equal(calls[1].headers["X-CSRF-Token"], "t9");
  const later = apiOf(new TypeError("network"), [200, { csrf_token: "t1" }], [204]);
  await assert.rejects(later.api.post("/x"), Unreachable);
  await later.api.post("/x");
  assert.equal(later.calls.length, 3);
});

test("the server's clock counts, where this machine's is wrong", async () => {
  const answers = [[200, {}, { Date: new Date(Date.now() + 600_000).toUTCString() }], [200, {}, { Date: new Date(Date.now() + 900).toUTCString() }], [200, {}]];
  const { api } = apiOf(...answers);
  await api.get("/x");
  assert.ok(Math.abs(api.now() - Date.now() - 600_000) < 2000);
  await api.get("/x");
  assert.ok(Math.abs(api.now() - Date.now()) < 100);
  await api.get("/x");
  assert.ok(Math.abs(api.now() - Date.now()) < 100);
});
