/** Signing in: the answer says why not, and nothing typed is lost. */

import { api, byId, sentenceFor } from "./console_page.js";
import { setAttribute } from "../widget/view/element.js";

const form = /** @type {HTMLFormElement} */ (byId("sign-in"));
const id = /** @type {HTMLInputElement} */ (byId("id"));
const password = /** @type {HTMLInputElement} */ (byId("password"));
const button = byId("go");
const problem = byId("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  problem.hidden = true;
  setAttribute(button, "aria-disabled", "true");
  try {
    await api.signIn(id.value.trim(), password.value);
    location.assign(next());
  } catch (error) {
    problem.textContent = sentenceFor(error);
    problem.hidden = false;
    password.select();
    password.focus();
    setAttribute(button, "aria-disabled", null);
  }
});

for (const one of form.querySelectorAll("[data-id]")) {
  one.addEventListener("click", () => {
    id.value = one.getAttribute("data-id") ?? "";
    password.value = form.querySelector(".demo code")?.textContent ?? "";
    form.requestSubmit();
  });
}

// Before this script was there, the form could have gone nowhere.
for (const one of form.querySelectorAll("button")) one.disabled = false;

/** Where it leads: a page of this console, whatever the address says. */
function next() {
  const wanted = new URL(form.dataset["next"] ?? "/console", location.origin);
  const ours = wanted.origin === location.origin && /^\/console(\/|$)/.test(wanted.pathname);
  return ours ? wanted.pathname + wanted.search : "/console";
}
