import assert from "node:assert/strict";
import { test } from "node:test";

import { SiteApi } from "../../bot/web/static/widget/logic/site_api.js";

const TOKEN = "aGVhZGVy.c2VjcmV0LXRva2Vu.c2lnbmF0dXJl";
const SAID = "mon-secret-que-personne-ne-lit";

/** An API whose calls are kept, and fail: what matters is where they went. */
function recording() {
  const urls = [];
  const tokens = { current: async () => TOKEN, instead: async () => TOKEN };
  const api = new SiteApi("https://assistant.example.com/api/site/v1", tokens, async (url) => {
    urls.push(String(url));
    throw new TypeError("offline");
  });
  return { api, urls };
}

test("no call of the widget has the token, or what was said, in its address", async () => {
  const { api, urls } = recording();
  const calls = [
    () => api.session(),
    () => api.conversations(),
    () => api.begin("c1"),
    () => api.messages("c_1", 3),
    () => api.send("c_1", { client_id: "m1", text: SAID }),
    () => api.thumb("c_1", 2, "up"),
    () => api.rate("c_1", 5, SAID),
    () => api.transcript("c_1"),
  ];
  for (const call of calls) await assert.rejects(call);
  urls.push(api.streamUrl("c_1"));
  assert.equal(urls.length, calls.length + 1);
  for (const url of urls) {
    assert.ok(!url.includes(TOKEN) && !url.includes(SAID), url);
    assert.ok([...new URL(url).searchParams.keys()].every((name) => ["after", "limit"].includes(name)), url);
  }
  const known = new Set(["constructor", "token", "streamUrl", "_json", "_answer", "_sent", "_refusal"]);
  const others = Object.getOwnPropertyNames(SiteApi.prototype).filter((name) => !known.has(name) && !name.startsWith("_"));
  assert.deepEqual(others.sort(), ["begin", "conversations", "messages", "rate", "send", "session", "thumb", "transcript"]);
});
