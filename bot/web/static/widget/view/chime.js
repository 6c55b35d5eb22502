/** Two soft notes when a message comes while nobody looks: off until the seller wants it. */

/** @import { Shelf } from "../logic/types.js" */

export class Chime {
  /** @param {Shelf | null} shelf @param {string} key */
  constructor(shelf, key) {
    this._shelf = shelf;
    this._key = key;
    this._on = false;
    /** @type {AudioContext | null} */
    this._audio = null;
    try {
      this._on = shelf?.getItem(key) === "on";
    } catch {
      // Off it is.
    }
  }

  get on() {
    return this._on;
  }

  set on(on) {
    this._on = on;
    try {
      this._shelf?.setItem(this._key, on ? "on" : "off");
    } catch {
      // It holds for this page.
    }
    this.ring();
  }

  ring() {
    if (!this._on) return;
    try {
      this._audio ??= new AudioContext();
      this._note(this._audio, 660, 0);
      this._note(this._audio, 880, 0.12);
    } catch {
      // No sound is no harm.
    }
  }

  /** @param {AudioContext} audio @param {number} frequency @param {number} after  seconds */
  _note(audio, frequency, after) {
    const begin = audio.currentTime + after;
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(0.08, begin + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.32);
  }
}
