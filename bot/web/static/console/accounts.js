/** The accounts page: a changed role, a shut or reopened account; asked about before it is done. */

import { api, byId, sentenceFor } from "./console_page.js";

const ENDS = "Ses sessions se ferment aussitôt. Le changement reste au journal.";
const QUESTIONS = {
  role: ["Changer le rôle de ce compte\u00a0?", ENDS],
  disable: ["Désactiver ce compte\u00a0?", ENDS],
  enable: ["Réactiver ce compte\u00a0?", "Son mot de passe reste le même. Le changement reste au journal."],
};

for (const control of document.querySelectorAll("[data-change]")) {
  if (control instanceof HTMLSelectElement) {
    control.addEventListener("change", () => change(control, "role", { role: control.value }));
  } else if (control instanceof HTMLElement) {
    const kind = control.dataset["change"] === "enable" ? "enable" : "disable";
    control.addEventListener("click", () => change(control, kind, {}));
  }
}

/** @param {HTMLElement} control @param {"role" | "disable" | "enable"} kind @param {object} body */
async function change(control, kind, body) {
  const account = control.closest("tr")?.dataset["account"] ?? "";
  if (!(await isSure(QUESTIONS[kind]))) {
    if (control instanceof HTMLSelectElement) control.value = control.dataset["was"] ?? "";
    return;
  }
  document.body.inert = true; // the page is about to be another: what is clicked now would be lost
  try {
    await api.post(`/accounts/${encodeURIComponent(account)}/${kind}`, body);
    location.reload();
  } catch (error) {
    document.body.inert = false;
    const problem = byId("problem");
    problem.textContent = sentenceFor(error);
    problem.hidden = false;
    if (control instanceof HTMLSelectElement) control.value = control.dataset["was"] ?? "";
  }
}

/** @param {string[]} question  what is asked, and what follows  @returns {Promise<boolean>} */
function isSure([question = "", follows = ""]) {
  const dialog = byId("sure");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(false);
  byId("sure-title").textContent = question;
  byId("sure-text").textContent = follows;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
