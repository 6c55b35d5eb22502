/**
 * The launcher: one button on the page. All the rest is fetched when it is first pressed.
 *
 *   <script type="module" src="https://assistant.example.com/static/widget/widget.js"
 *           data-token-url="/assistant/token"></script>
 *
 * Attributes of the element, or data-… of the script:
 *   token-url   where this page's own site hands out the seller's token, as {"token": "…"}
 *   api         base of the site API; by default beside this script
 *   position    "left" or "right" (default)
 *   theme       "light", "dark", or the seller's own preference (default)
 *   open        opens with the page
 * Instead of token-url a page may set the property `getToken`, a function that returns a token or
 * a promise of one, or the property `token`.
 */

import { KNOWN } from "./browser_keys.js";
import { FRENCH, openWithUnread } from "./french.js";
import { launcherSheet } from "./launcher_style.js";
import { element, icon, setAttribute, setText, spoken } from "./view/element.js";

/** @typedef {import("./assistant.js").Assistant} Assistant */

const TAG = "seller-assistant";
const ATTRIBUTES = ["token-url", "api", "position", "theme", "open"];

export class SellerAssistant extends HTMLElement {
  constructor() {
    super();
    /** @type {(() => string | Promise<string>) | null} */
    this.getToken = null;
    /** @type {string | null} */
    this.token = null;
    /** @type {Promise<Assistant> | null} */
    this._assistant = null;
    /** @type {Assistant | null} */
    this._loaded = null;
    this._root = this.attachShadow({ mode: "open" });
    this._root.adoptedStyleSheets = [launcherSheet()];
    this._badge = element("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this._label = spoken(FRENCH.open);
    this._button = element(
      "button",
      { class: "launcher", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => this.toggle() },
      icon("chat"), this._badge, this._label,
    ); // prettier-ignore
    this._notice = element("p", { class: "launcher-notice", role: "status", hidden: true });
    this._status = element("p", { class: "spoken", role: "status" });
    this._frame = element(
      "div", { class: "frame", lang: "fr" }, this._button, this._notice, this._status,
    ); // prettier-ignore
    this._root.append(this._frame);
  }

  connectedCallback() {
    // In the top layer nothing of the page lies above, moves, fades or clips the widget.
    if ("showPopover" in this) {
      this.popover = "manual";
      this.showPopover();
    }
    if (this.hasAttribute("open")) this.open();
    else if (isKnown()) whenIdle(() => this.isConnected && this._load());
  }

  disconnectedCallback() {
    this._loaded?.stop();
    this.showOpen(false);
    this._loaded = null;
    this._assistant = null;
  }

  /** Base of the site API. */
  get api() {
    return new URL(this.getAttribute("api") ?? "../../api/site/v1", here()).href;
  }

  get isOpen() {
    return this._button.getAttribute("aria-expanded") === "true";
  }

  toggle() {
    return this.isOpen ? this.close() : this.open();
  }

  async open() {
    this._say(this._loaded === null ? FRENCH.loading : "");
    try {
      const assistant = await this._load();
      this._say("");
      await assistant.open();
    } catch (error) {
      this._assistant = null;
      this._say(FRENCH.loadFailed);
      console.error("seller-assistant:", error);
    }
  }

  /** Opens with a message written, for the seller to send or change. @param {string} text */
  async ask(text) {
    await this.open();
    this._loaded?.write(text);
  }

  close() {
    this._loaded?.close();
  }

  /** Called by the assistant. @param {boolean} open */
  showOpen(open) {
    setAttribute(this._button, "aria-expanded", String(open));
    this._frame.classList.toggle("is-open", open);
    this.toggleAttribute("data-open", open);
    setText(this._label, open ? FRENCH.close : FRENCH.open);
    this._button.querySelector(".icon")?.replaceWith(icon(open ? "close" : "chat"));
  }

  /** Called by the assistant. @param {number} count */
  showUnread(count) {
    this._badge.hidden = count === 0;
    setText(this._badge, count > 99 ? "99+" : String(count));
    if (this.isOpen) return;
    setText(this._label, openWithUnread(count));
    setText(this._status, count === 0 ? "" : openWithUnread(count));
  }

  focusLauncher() {
    this._button.focus();
  }

  /** @returns {Promise<Assistant>} */
  _load() {
    this._assistant ??= import("./assistant.js").then(({ Assistant }) => {
      this._loaded = new Assistant(this, this._root, this._frame);
      this._loaded.start();
      return this._loaded;
    });
    return this._assistant;
  }

  /** @param {string} text */
  _say(text) {
    setText(this._notice, text);
    this._notice.hidden = text === "";
  }
}

function here() {
  return import.meta.url;
}

function isKnown() {
  try {
    return localStorage.getItem(KNOWN) !== null;
  } catch {
    return false;
  }
}

/** @param {() => void} work */
function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 3000 });
  else setTimeout(work, 500);
}

/** Puts the element on a page that only has the script tag. */
function placeItself() {
  if (document.querySelector(TAG) !== null) return;
  const scripts = [...document.querySelectorAll("script")];
  const script = scripts.find((one) => one.src === import.meta.url);
  if (script === undefined || "manual" in script.dataset) return;
  const placed = document.createElement(TAG);
  for (const name of ATTRIBUTES) {
    const value = script.getAttribute(`data-${name}`);
    if (value !== null) placed.setAttribute(name, value);
  }
  document.body.append(placed);
}

if (customElements.get(TAG) === undefined) {
  customElements.define(TAG, SellerAssistant);
  placeItself();
}
