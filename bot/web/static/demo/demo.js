/** The demo dashboard's own script: what a marketplace's page may do with the widget. */

for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => {
    /** @type {import("../widget/widget.js").SellerAssistant | null} */
    const assistant = document.querySelector("seller-assistant");
    assistant?.ask(button.getAttribute("data-ask") ?? "");
  });
}

// Choosing is enough here; the button is for pages without script.
document.querySelector(".who button")?.setAttribute("hidden", "");
document.querySelector("#seller")?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) event.target.form?.requestSubmit();
});
