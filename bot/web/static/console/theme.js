/**
 * Light or dark as chosen before, set before anything is painted: no module, for a module waits.
 */

try {
  const chosen = localStorage.getItem("console:theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
} catch {
  // Without storage it is the system's.
}
