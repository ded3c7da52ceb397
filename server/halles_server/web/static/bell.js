// The doorbell on a page: one's own ring at the booth that one reads, and, for a booth's staff on any page, who rings.

import { answerBell, cancelRing, leaveMessage, newId, ringBell, same } from "./wire.js";
import { counted, hourIn, number, say } from "./words.js";

function part(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function button(className, text, act) {
  const made = part("button", className, text);
  made.type = "button";
  made.onclick = act;
  return made;
}

const reasonOf = ({ code, retry_after_ms: wait }) =>
  (code === "FORBIDDEN" ? "" : say(`refused.${code}`, { n: number(Math.max(1, Math.ceil(wait / 1000))) })) || say("ring.refused");

/** One's own ring: rung at the booth whose page this is, and told of wherever one reads on. */
export class OwnBell {
  #parts;
  #booth;
  #send;
  #news;
  #asked = null;
  #ring = 0;

  /** ``section`` is null on a page of no booth; ``send`` sends bytes; ``news`` shows what concerns another booth. */
  constructor(section, booth, send, news) {
    this.#booth = booth;
    this.#send = send;
    this.#news = news;
    this.#parts = section && Object.fromEntries([...section.querySelectorAll("[data-ring]")].map((one) => [one.dataset.ring, one]));
    if (!section) return;
    this.#parts.ring.onclick = () => this.#ask("ring", ringBell, booth) && this.#show(say("ring.sending"), "busy");
    this.#parts.back.onclick = () => this.#ask("back", cancelRing, this.#ring);
    this.#parts.words.onsubmit = (event) => {
      event.preventDefault();
      this.#ask("words", leaveMessage, this.#ring, this.#parts.words.elements.words.value.trim());
    };
  }

  /** The staff of this booth do not ring at it. */
  serves(booths) {
    const section = this.#parts?.ring.closest("section");
    if (section) section.hidden = booths.some(({ booth }) => booth === this.#booth);
  }

  /** A ring waits. */
  placed({ ring, booth, place }) {
    if (booth !== this.#booth || !this.#parts) return;
    this.#ring = ring;
    this.#show(place === 1 ? say("ring.next") : say("ring.waiting", { n: number(place) }), "waiting");
  }

  /** A ring was decided. */
  told({ ring, booth, state, by }) {
    const key = { answered: "ring.answered", missed: "ring.missed" }[state];
    if (booth !== this.#booth || !this.#parts) {
      if (key) this.#news(say(`${key}-there`, { name: by }), booth);
      return;
    }
    this.#ring = ring;
    this.#show(key ? say(key, { name: by }) : "", state === "missed" ? "missed" : "idle");
  }

  /** The connection is gone: what was asked and has no answer is asked again by who likes to. */
  broken() {
    if (this.#asked?.what === "ring") this.#show("", "idle");
    this.#asked = null;
  }

  done({ request_id: id, number: ring }) {
    const asked = this.#take(id);
    if (asked === "ring") this.#ring = ring;
    else if (asked === "back") this.#show("", "idle");
    else if (asked === "words") {
      this.#parts.words.reset();
      this.#show(say("ring.left"), "idle");
    }
  }

  rejected(message) {
    const asked = this.#take(message.request_id);
    if (asked === "words") this.#parts.state.textContent = reasonOf(message);
    else if (asked) this.#show(reasonOf(message), "idle");
  }

  #ask(what, message, ...fields) {
    const id = newId();
    if (!this.#send(message(id, ...fields))) return false;
    this.#asked = { what, id };
    return true;
  }

  #take(id) {
    if (!this.#asked || !same(this.#asked.id, id)) return "";
    const { what } = this.#asked;
    this.#asked = null;
    return what;
  }

  #show(text, state) {
    const { ring, back, words } = this.#parts;
    const focused = document.activeElement;
    if (this.#parts.state.textContent !== text) this.#parts.state.textContent = text;
    ring.hidden = state === "waiting";
    ring.disabled = state === "busy";
    back.hidden = state !== "waiting";
    words.hidden = state !== "missed";
    if (focused === ring && ring.hidden) back.focus();
    else if (focused === back && back.hidden) ring.focus();
  }
}

/** The bells that one may answer. */
export class StaffBell {
  #box;
  #send;
  #queues = new Map();
  #serves = [];
  #asked = null;
  #note = null;
  #renewing = false;
  #again = false;

  constructor(box, send) {
    this.#box = box;
    this.#send = send;
  }

  /** Hears of which booths' staff one is. */
  serves(booths) {
    this.#serves = booths;
    for (const booth of this.#queues.keys()) {
      if (!booths.some((one) => one.booth === booth)) this.#queues.delete(booth);
    }
    this.#show();
  }

  /** Hears a bell's queue. */
  told(bell) {
    this.#queues.set(bell.booth, bell);
    if (bell.rings.some(({ state }) => state === "waiting")) this.#note = null;
    this.#show();
    if (document.querySelector(`[data-bell="${CSS.escape(bell.booth)}"]`)) this.#renew();
  }

  /** Shows something that is not of one's own bell, with the way to its booth. */
  news(text, booth) {
    this.#note = { text, booth };
    this.#show();
  }

  /** A connection begins anew, or is over: what may be answered is told again. */
  cleared() {
    this.#queues.clear();
    this.#serves = [];
    this.#note = null;
    this.#asked = null;
    this.#show();
  }

  done({ request_id: id }) {
    if (!this.#asked || !same(this.#asked.id, id)) return;
    const { name, bell } = this.#asked;
    this.#asked = null;
    this.news(say("bell.answered", { name, booth: bell.name }), bell.booth);
  }

  rejected(message) {
    if (!this.#asked || !same(this.#asked.id, message.request_id)) return;
    const { bell } = this.#asked;
    this.#asked = null;
    this.news(message.code === "NOT_FOUND" ? say("bell.late") : reasonOf(message), bell.booth);
  }

  #caller() {
    const waiting = [...this.#queues.values()].flatMap((bell) =>
      bell.rings.filter(({ state }) => state === "waiting").map((ring) => ({ bell, ring })));
    waiting.sort((one, other) => one.ring.rung_ms - other.ring.rung_ms);
    return { count: waiting.length, ...waiting[0] };
  }

  /** The box is a live region: what has not changed is not said again, and a button under a hand stays. */
  #show() {
    const { count, bell, ring } = this.#caller();
    const shown = ring ? `${count} ${ring.ring}` : this.#note ? this.#note.text : this.#serves.map(({ name }) => name).join();
    if (this.#box.dataset.shown === shown) return;
    const held = this.#box.contains(document.activeElement);
    this.#box.dataset.shown = shown;
    this.#box.classList.toggle("rings", Boolean(ring));
    this.#box.replaceChildren(...(ring ? this.#ringing(count, bell, ring) : this.#quiet()));
    if (held) (this.#box.querySelector("button, a") ?? document.querySelector("#main")).focus({ preventScroll: true });
  }

  #ringing(count, bell, ring) {
    const answer = button("small button", say("bell.answer"), () => {
      const id = newId();
      if (this.#send(answerBell(id, ring.ring))) this.#asked = { id, name: ring.name, bell };
    });
    const head = part("b", "", say("bell.rings", { name: ring.name, booth: bell.name }));
    return [head, " ", part("span", "", counted("bell.waits", count)), " ", answer, " ", this.#way(bell.booth)];
  }

  #quiet() {
    if (this.#note) return [part("b", "", this.#note.text), " ", this.#way(this.#note.booth)];
    if (!this.#serves.length) return [];
    return [part("span", "", say("duty", { booths: this.#serves.map(({ name }) => name).join(", ") }))];
  }

  #way(booth) {
    const link = part("a", "", say("bell.go"));
    link.href = this.#box.dataset.booths + encodeURIComponent(booth);
    return link;
  }

  /** The bell's own page: its lists as the server writes them now, one fetch after the other. */
  async #renew() {
    this.#again = this.#renewing;
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      const text = await this.#page();
      if (text) this.#swap(new DOMParser().parseFromString(text, "text/html"));
    } finally {
      this.#renewing = false;
    }
    if (this.#again) this.#renew();
  }

  /** The page anew; nothing where there is no network just now: the next news brings it. */
  async #page() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      return answer.ok && !answer.redirected ? await answer.text() : "";
    } catch (problem) {
      if (problem instanceof TypeError) return "";
      throw problem;
    }
  }

  #swap(fresh) {
    for (const part of fresh.querySelectorAll("[data-renew]")) {
      const old = document.querySelector(`[data-renew="${part.dataset.renew}"]`);
      const held = old.contains(document.activeElement) ? document.activeElement.form?.elements.ring?.value ?? "" : null;
      old.replaceWith(document.importNode(part, true));
      if (held === null) continue;
      const now = document.querySelector(`[data-renew="${part.dataset.renew}"]`);
      const twin = held && now.querySelector(`input[name=ring][value="${CSS.escape(held)}"]`);
      (twin ? twin.form.querySelector("button") : now.querySelector("a, button") ?? document.querySelector("#main")).focus();
    }
  }
}

/** The signs that say how a booth is staffed. */
export class Signs {
  /** Hears how a whole hall is staffed: booths that are not named are away. */
  listed({ booths }) {
    const known = new Map(booths.map((one) => [one.booth, one]));
    for (const sign of document.querySelectorAll("[data-staffed]")) {
      this.told(known.get(sign.dataset.staffed) ?? { booth: sign.dataset.staffed, state: "away", back_at_ms: 0 });
    }
  }

  told({ booth, state, back_at_ms: back }) {
    for (const sign of document.querySelectorAll(`[data-staffed="${CSS.escape(booth)}"]`)) {
      sign.className = `staffed is-${state}`;
      sign.lastElementChild.textContent = say(`staffed.${state}`, { time: back ? hourIn(back, sign.dataset.zone) : "" });
    }
  }
}
