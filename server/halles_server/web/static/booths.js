// Booths that change before a reader's eyes: the booth's own page in whole parts, the hall's list and plan by name.

import { counted, say } from "./words.js";

const DECODE_MS = 400;
const SPREAD_MS = 300;
const AGAIN_MS = 1000;
const TRIES_CAP = 5;
const PICTURES = "img:not([loading=lazy])";

/** The page of one booth: a newer revision takes the place of the parts marked ``data-part``. */
class BoothPage {
  #booth;
  #bar;
  #revision;
  #wanted = 0;
  #busy = false;
  #tries = 0;

  constructor(booth, bar) {
    this.#booth = booth;
    this.#bar = bar;
    this.#revision = Number(document.querySelector("[data-revision]").dataset.revision);
    bar.querySelector("button").onclick = () => this.#show(true);
  }

  /** Hears which booths stand in the hall: this one may have changed while nobody listened. */
  listed(booths) {
    for (const card of booths) this.edited(card);
  }

  /** Hears of a change. */
  edited(card) {
    if (card.booth !== this.#booth || card.revision <= Math.max(this.#revision, this.#wanted)) return;
    this.#wanted = card.revision;
    this.#tries = 0;
    // A hall that reads one booth does not ask for it in one instant.
    setTimeout(() => this.#show(false), Math.random() * SPREAD_MS);
  }

  async #show(asked) {
    if (this.#busy || this.#wanted <= this.#revision) return;
    if (!asked && this.#held()) {
      this.#tell();
      return;
    }
    this.#busy = true;
    try {
      const fresh = await this.#fetched();
      if (fresh && !asked && this.#held()) this.#tell();
      else if (fresh) this.#swap(fresh, asked);
    } finally {
      this.#busy = false;
    }
    this.#tries += 1;
    const lacks = this.#wanted > this.#revision && this.#bar.hidden && this.#tries < TRIES_CAP;
    if (lacks) setTimeout(() => this.#show(false), AGAIN_MS * this.#tries);
  }

  /** Tells whether somebody's focus is in what would be taken away. */
  #held() {
    return Boolean(document.activeElement?.closest("[data-part]"));
  }

  #tell() {
    this.#bar.querySelector("span").textContent = say("changed");
    this.#bar.hidden = false;
  }

  async #fetched() {
    try {
      const answer = await fetch(`${location.pathname}?part=shown`, { cache: "no-store" });
      if (!answer.ok) return null;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = document.importNode(parsed.body, true);
      // The old stands until the new is there to be seen.
      const ready = [...fresh.querySelectorAll(PICTURES)].map((one) => one.decode().catch(() => null));
      await Promise.race([Promise.all(ready), new Promise((done) => { setTimeout(done, DECODE_MS); })]);
      return fresh;
    } catch (problem) {
      if (problem instanceof TypeError) return null;  // no network just now: asked again in a moment
      throw problem;
    }
  }

  #swap(fresh, asked) {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = document.querySelector(`main [data-part="${part.dataset.part}"]`);
      if (old) old.replaceWith(part);
    }
    const fascia = fresh.querySelector("[data-revision]");
    const own = document.querySelector("main [data-revision]");
    own.className = fascia.className;
    own.dataset.revision = fascia.dataset.revision;
    this.#revision = Number(fascia.dataset.revision);
    if (asked) document.querySelector("#main").focus({ preventScroll: true });
    this.#bar.hidden = true;
  }
}

/** The page of a hall: a booth's name and colour in list and plan, and how many stand there. */
class HallBooths {
  listed(booths) {
    for (const card of booths) this.edited(card);
  }

  edited(card) {
    for (const twin of document.querySelectorAll(`[data-slot="${CSS.escape(card.slot)}"]`)) {
      const name = twin.querySelector("b");
      if (name && name.textContent !== card.name) name.textContent = card.name;
      const title = twin.querySelector("title");
      if (title) title.textContent = `${card.slot} ${card.name}`;
      const colour = twin.querySelector(".tag, .slot");
      colour?.setAttribute("class", `${colour.classList[0]} a${card.accent}`);
    }
  }

  /** Says at each booth of the list how many people are there: rows change, and never move. */
  peopled(counts) {
    for (const row of document.querySelectorAll("li[data-slot]")) {
      const n = counts.get(row.dataset.slot) ?? 0;
      const old = row.querySelector(".there");
      if (!n) old?.remove();
      else if (old?.textContent !== counted("there", n)) this.#say(row, old, counted("there", n));
    }
  }

  #say(row, old, text) {
    const told = old ?? document.createElement("span");
    told.className = "there";
    told.textContent = text;
    if (!old) row.lastElementChild.before(told);
  }
}

/** What the page shows of booths: its own, or those of its hall. */
export function shown(booth) {
  const bar = document.querySelector("#changed");
  return bar ? new BoothPage(booth, bar) : new HallBooths();
}
