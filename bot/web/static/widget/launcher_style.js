/** How the launcher looks, and what protects the widget from the page around it. */

/** The colours in the dark, be it the seller's wish or the page's. */
const DARK = `
  --accent: var(--assistant-dark-accent, #5cc7ac);
  --on-accent: var(--assistant-dark-on-accent, #06231d);
  --surface: var(--assistant-dark-surface, #1b2321);
  --ground: var(--assistant-dark-background, #131917);
  --text: var(--assistant-dark-text, #eaf0ee);
  --muted: var(--assistant-dark-muted, #a4b1ad);
  --line: var(--assistant-dark-line, #2f3a37);
  --edge: var(--assistant-dark-edge, #7f8f8a);
  --link: var(--assistant-dark-link, #7fd8c2);
  --alert: var(--assistant-dark-alert, #ffb1a6);
  --alert-ground: var(--assistant-dark-alert-background, #3a1f1b);
  --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 12px 40px rgb(0 0 0 / .5);`;

const CSS = `
:host {
  all: initial !important;
  position: fixed !important;
  inset: 0 auto auto 0 !important;
  z-index: 2147483000 !important;
  display: block !important;
  visibility: visible !important;
  opacity: 1 !important;
  width: 0 !important;
  height: 0 !important;
  margin: 0 !important;
  padding: 0 !important;
  border: 0 !important;
  overflow: visible !important;
  background: none !important;
  pointer-events: auto !important;
  direction: ltr !important;
}
.frame {
  color-scheme: light dark;
  --accent: var(--assistant-accent, #0a6a5a);
  --on-accent: var(--assistant-on-accent, #ffffff);
  --surface: var(--assistant-surface, #ffffff);
  --ground: var(--assistant-background, #f5f4f0);
  --text: var(--assistant-text, #1c2422);
  --muted: var(--assistant-muted, #56625f);
  --line: var(--assistant-line, #dedcd4);
  --edge: var(--assistant-edge, #7d8884);
  --link: var(--assistant-link, #0a6a5a);
  --alert: var(--assistant-alert, #a3291c);
  --alert-ground: var(--assistant-alert-background, #fdf0ee);
  --radius: var(--assistant-radius, 18px);
  --font: var(--assistant-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
  --gap: var(--assistant-gap, 24px);
  --shadow: 0 1px 2px rgb(20 30 28 / .08), 0 12px 40px rgb(20 30 28 / .18);
}
:host([theme="light"]) .frame { color-scheme: light; }
@media (prefers-color-scheme: dark) {
  :host(:not([theme="light"])) .frame {
    ${DARK}
  }
}
:host([theme="dark"]) .frame {
  color-scheme: dark;
  ${DARK}
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.frame { font: 400 15px/1.5 var(--font); color: var(--text); -webkit-text-size-adjust: 100%; }
.launcher {
  position: fixed;
  inset-block-end: calc(var(--gap) + env(safe-area-inset-bottom, 0px));
  inset-inline-end: calc(var(--gap) + env(safe-area-inset-right, 0px));
  display: grid;
  place-items: center;
  width: 60px;
  height: 60px;
  margin: 0;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--accent);
  color: var(--on-accent);
  box-shadow: var(--shadow);
  cursor: pointer;
  transition: transform .16s ease, box-shadow .16s ease;
}
:host([position="left"]) .launcher { inset-inline: calc(var(--gap) + env(safe-area-inset-left, 0px)) auto; }
.launcher:hover { transform: translateY(-2px); }
.launcher:active { transform: none; }
.launcher .icon { width: 28px; height: 28px; }
.icon { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.badge {
  position: absolute;
  inset-block-start: -3px;
  inset-inline-end: -3px;
  min-width: 24px;
  height: 24px;
  padding: 0 6px;
  border: 2px solid var(--surface);
  border-radius: 12px;
  background: #b3261e;
  color: #fff;
  font: 700 12px/20px var(--font);
  text-align: center;
}
.launcher-notice {
  position: fixed;
  inset-block-end: calc(var(--gap) + 74px);
  inset-inline-end: var(--gap);
  max-width: min(300px, calc(100vw - 2 * var(--gap)));
  margin: 0;
  padding: 12px 16px;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--surface);
  color: var(--text);
  box-shadow: var(--shadow);
  font-size: 14px;
}
:host([position="left"]) .launcher-notice { inset-inline: var(--gap) auto; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.launcher:focus-visible { outline-color: var(--text); box-shadow: 0 0 0 3px var(--surface), var(--shadow); }
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
}
@media (forced-colors: active) {
  .launcher, .badge { border: 2px solid ButtonText; }
}
@media print { .frame { display: none; } }
`;

/** Made in script: a page's policy may forbid style elements and attributes, not these. */
export function launcherSheet() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}
