// Announcements: said once in a status region at the strip, for a while, and noted in the chat.

import { say } from "./words.js";

const SHOWN_MS = 20_000;
const KNOWN_CAP = 200;
const FALLBACK = ["fr", "en", "nl"];

export class Announcements {
  #place;
  #note;
  #known = new Set();
  #hiding = 0;

  /** ``note`` puts words into the chat. */
  constructor(place, note) {
    this.#place = place;
    this.#note = note;
  }

  /** Hears one; the server may tell it again. */
  told({ number, text, name }) {
    if (this.#known.has(number)) return;
    this.#known.add(number);
    if (this.#known.size > KNOWN_CAP) this.#known.delete(this.#known.values().next().value);
    const own = document.documentElement.lang;
    const language = [own, ...FALLBACK].find((one) => text[one]) ?? own;
    const who = say("announced", { name });
    const only = language === own ? "" : ` (${say(`announced-in.${language}`)})`;
    const words = document.createElement("bdi");
    words.textContent = text[language];
    words.lang = language;
    const bold = document.createElement("b");
    bold.textContent = who;
    this.#place.replaceChildren(bold, " ", words, only);
    this.#note(`${who} ${text[language]}${only}`);
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#place.replaceChildren(), SHOWN_MS);
  }
}
