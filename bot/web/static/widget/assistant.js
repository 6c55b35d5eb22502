/** The assistant behind the launcher: the chat's logic, put into this browser and on this page. */

import { KNOWN, PREFIX } from "./browser_keys.js";
import { FRENCH } from "./french.js";
import { tokenSource } from "./host_token.js";
import { Chat } from "./logic/chat.js";
import { Outbox } from "./logic/outbox.js";
import { SiteApi } from "./logic/site_api.js";
import { Tokens } from "./logic/tokens.js";
import { ReadMarks } from "./logic/unread.js";
import { Chime } from "./view/chime.js";

/** @import { Shelf } from "./logic/types.js" */
/** @import { SellerAssistant } from "./widget.js" */
/** @import { Panel } from "./view/panel.js" */

export class Assistant {
  /**
   * @param {SellerAssistant} host
   * @param {ShadowRoot} root
   * @param {HTMLElement} frame
   */
  constructor(host, root, frame) {
    this._host = host;
    this._root = root;
    this._frame = frame;
    this._shelf = shelf();
    this._chime = new Chime(this._shelf, `${PREFIX}sound`);
    this.chat = new Chat({
      api: new SiteApi(host.api, new Tokens(tokenSource(host)), (...call) => fetch(...call)),
      outbox: new Outbox(this._shelf, PREFIX),
      marks: new ReadMarks(this._shelf, PREFIX),
      openSocket: (url) => new WebSocket(url),
      timers: {
        after: (work, delay) => setTimeout(work, delay),
        cancel: (timer) => clearTimeout(timer),
        now: () => Date.now(),
      },
      says: { stale: FRENCH.stale, failed: FRENCH.failed, gone: FRENCH.gone },
    });
    /** @type {Panel | null} */
    this._panel = null;
    this._ending = new AbortController();
    this._open = false;
  }

  start() {
    const { signal } = this._ending;
    addEventListener("online", () => this.chat.wake(), { signal });
    addEventListener("offline", () => this.chat.cut(), { signal });
    addEventListener("storage", (event) => this._otherTab(event), { signal });
    document.addEventListener("visibilitychange", () => this._looked(), { signal });
    this.chat.listen((change) => {
      this._host.showUnread(this._open ? 0 : this.chat.unread);
      if (this.chat.conversation !== null) this._remember();
      if (change.kind === "news" && change.messages.some(({ author }) => author !== "seller")) {
        if (!this._open || document.hidden) this._chime.ring();
      }
    });
    if (!navigator.onLine) this.chat.cut();
    this.chat.start();
  }

  stop() {
    this._ending.abort();
    this.chat.stop();
    this._panel?.remove();
    this._panel = null;
  }

  async open() {
    if (this._panel === null) {
      const { Panel } = await import("./view/panel.js");
      this._panel ??= new Panel(this.chat, this._chime, this._root, () => this.close());
      this._frame.prepend(this._panel.node);
    }
    this._open = true;
    this._host.showOpen(true);
    this._host.showUnread(0);
    this._panel.show();
    this._looked();
  }

  /** @param {string} text */
  write(text) {
    this._panel?.write(text);
  }

  close() {
    if (!this._open) return;
    this._open = false;
    this._panel?.hide();
    this._host.showOpen(false);
    this._host.showUnread(this.chat.unread);
    this._looked();
    this._host.focusLauncher();
  }

  /** The page came to the front, or went; the panel was opened, or closed. */
  _looked() {
    this.chat.attend(this._open && !document.hidden);
    if (!document.hidden) this.chat.wake();
  }

  /** @param {StorageEvent} event */
  _otherTab(event) {
    if (event.key === null || event.key.startsWith(`${PREFIX}outbox:`)) {
      this.chat.outbox.reload();
      this.chat.refresh();
    } else if (event.key.startsWith(`${PREFIX}read:`)) {
      if (this.chat.conversation === null) this.chat.wake();
      this.chat.refresh();
    }
  }

  _remember() {
    try {
      this._shelf?.setItem(KNOWN, "1");
    } catch {
      // Then the next page waits for the launcher to be pressed.
    }
  }
}

/** @returns {Shelf | null} null where the browser lets us keep nothing */
function shelf() {
  try {
    localStorage.setItem(`${PREFIX}probe`, "1");
    localStorage.removeItem(`${PREFIX}probe`);
    return localStorage;
  } catch {
    return null;
  }
}
