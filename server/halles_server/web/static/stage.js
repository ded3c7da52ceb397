// A live session on a page: its state as the server tells it, drawn into what the template has made. Hosts' pages have
// more of the same elements, and acts of their own (console.js).

import { Acts } from "./acts.js";
import { Captions, Screen, only } from "./screen.js";
import { counted, number, say } from "./words.js";

const TICK_MS = 250;
const SPOKEN_S = new Set([60, 30, 10]);
const OPEN = new Set(["doors", "live", "paused", "closing"]);
const TAKING_PART = new Set(["doors", "live", "paused"]);

/** Writes seconds as "0:42", with a minus beyond the end. */
export const clock = (s) => `${s < 0 ? "−" : ""}${Math.floor(Math.abs(s) / 60)}:${String(Math.abs(s) % 60).padStart(2, "0")}`;

const put = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };

/** Draws rows by their keys: what stays is the same element, so that a focus in it stays as well. */
export function fill(name, rows) {
  const list = document.querySelector(`[data-list=${name}]`);
  if (!list) return;
  const template = document.querySelector(`template[data-row=${name}]`).content.firstElementChild;
  const held = list.contains(document.activeElement);
  const before = new Map([...list.children].map((one) => [one.dataset.key, one]));
  let last = null;
  for (const { key, ...fields } of rows) {
    const row = before.get(key) ?? made(template, key);
    before.delete(key);
    for (const [field, value] of Object.entries(fields)) put(row.querySelector(`[data-f=${field}]`), value);
    const timer = row.querySelector("[data-clock]");
    if (timer) [timer.dataset.since, timer.dataset.until] = [fields.since, fields.until];
    const next = last ? last.nextElementSibling : list.firstElementChild;
    if (next !== row) list.insertBefore(row, next);
    last = row;
  }
  for (const gone of before.values()) gone.remove();
  if (held && !list.contains(document.activeElement)) {
    list.tabIndex = -1;
    list.focus({ preventScroll: true });
  }
  const empty = document.querySelector(`[data-empty=${name}]`);
  if (empty) empty.hidden = rows.length > 0;
}

function made(template, key) {
  const row = template.cloneNode(true);
  row.dataset.key = key;
  for (const one of row.querySelectorAll("[value]")) one.value = one.value.replace("{key}", key);
  for (const one of row.querySelectorAll("[id]")) one.id = one.id.replace("{key}", key);
  return row;
}

/** Sets the texts and the choices of what the page says about the whole. */
export const tell = (name, text) => {
  for (const one of document.querySelectorAll(`[data-is=${name}]`)) put(one, text);
};
export const offer = (name, on) => {
  for (const one of document.querySelectorAll(`[data-if=${name}]`)) one.hidden = !on;
};

export class Stage {
  #root = document.querySelector("#live-session");
  #session = this.#root.dataset.session;
  #offset = Date.now() - Number(this.#root.dataset.now);
  #measured = false;
  #materials = [];
  #key = this.#root.dataset.key;
  #spoke = "";
  #ticking;
  #more = [];

  constructor(send) {
    this.screen = new Screen(() => this.now());
    this.captions = new Captions();
    this.acts = new Acts(send, () => this.screen.position());
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Also draws each state with ``show(state, materials)``. */
  add(more) {
    this.#more.push(more);
  }

  get session() {
    return this.#session;
  }

  /** Unix time by the server's clock, as nearly as its messages tell. */
  now() {
    return Date.now() - this.#offset;
  }

  hear(message) {
    this.acts.hear(message);
    if (message.session !== this.#session) return;
    switch (message.kind) {
      case "LiveOpened": this.#materials = message.materials; break;
      case "LivePartTold": this.#key = message.key; break;
      case "LiveTold": this.#told(message); break;
      case "PointerMoved": this.screen.point(message); break;
      case "CaptionSaid": this.captions.said(message); break;
    }
  }

  broken() {
    this.acts.broken();
    this.#measured = false;
  }

  #told({ told_ms: told, state }) {
    // What came quickest tells the clock best.
    const offset = Date.now() - told;
    this.#offset = this.#measured ? Math.min(this.#offset, offset) : offset;
    this.#measured = true;
    this.screen.show(state, this.#materials);
    this.#show(state);
    for (const more of this.#more) more.show(state, this.#materials);
    this.#tick();
  }

  #show(state) {
    for (const one of document.querySelectorAll("[data-is=phase]")) {
      put(one, say(`phase.${state.phase}`));
      one.className = `pill is-${state.phase}`;
    }
    fill("floor", state.floor.map(({ person, since_ms: since, until_ms: until }) => ({ ...named(person), since, until })));
    const list = document.querySelector("[data-list=hands]");
    const hands = state.hands.slice(0, Number(list?.dataset.cap) || state.hands.length);
    fill("hands", hands.map(({ person, first }, i) => ({ ...named(person), first: first ? say("first") : "", rank: number(i + 1) })));
    tell("waiting", number(state.hands.length));
    offer("hands", state.hands.length > 0);
    offer("countdown", state.countdown_ms > 0 && OPEN.has(state.phase));
    for (const one of document.querySelectorAll("[data-if=countdown] [data-clock]")) one.dataset.until = state.countdown_ms;
    offer("speak", state.mode === "open" && state.phase === "live");
    this.#chairs(state);
    this.#part(state);
  }

  #chairs(state) {
    const count = Number(state.mode === "fishbowl" ? this.#root.dataset.fishbowl : this.#root.dataset.seats);
    const taken = new Map(state.chairs.map((chair) => [chair.number, chair.person.name]));
    const numbers = [...Array(count).keys()];
    const free = numbers.filter((one) => !taken.has(one));
    offer("chairs", state.mode === "fishbowl" || state.chairs.length > 0);
    tell("chairs", say("chairs", { n: number(free.length), count: number(count) }));
    for (const one of document.querySelectorAll('[value^="take-chair"]')) one.value = `take-chair ${free[0] ?? 0}`;
    const dots = document.querySelector("[data-chairs]");
    dots?.replaceChildren(...numbers.map((one) => {
      const dot = document.createElement("li");
      dot.className = taken.has(one) ? "taken" : "";
      dot.append(Object.assign(document.createElement("span"), { textContent: taken.get(one) ?? say("chair.free") }));
      return dot;
    }));
  }

  /** One's own hand, chair and floor. */
  #part(state) {
    const part = document.querySelector("#hand");
    if (!part) return;
    const mine = ({ person }) => person.key === this.#key;
    const rank = state.hands.findIndex(mine) + 1;
    const live = state.phase === "live";
    const seated = state.mode === "fishbowl" && state.chairs.some(mine);
    const how = seated ? "seated" : live && state.floor.some(mine) ? "floor" : rank ? "raised"
      : !TAKING_PART.has(state.phase) || ["stage-only", "screening"].includes(state.mode) ? "none"
      : state.mode === "fishbowl" ? "chairs" : "free";
    if (how === "floor" && this.#spoke !== "floor") put(document.querySelector("#floor-news"), say("your-floor"));
    else if (how === "raised" && rank === 1) put(document.querySelector("#floor-news"), say("your-turn"));
    else put(document.querySelector("#floor-news"), "");
    this.#spoke = how;
    part.dataset.hand = how;
    only(part, how);
    tell("rank", say("place", { n: number(rank) }));
    tell("hands", counted("hands", state.hands.length));
  }

  #tick() {
    const now = this.now();
    for (const one of document.querySelectorAll("[data-clock]")) {
      const { since, until } = one.dataset;
      const left = Number(until) ? Math.ceil((Number(until) - now) / 1000) : null;
      put(one, clock(left ?? Math.max(0, Math.floor((now - Number(since)) / 1000))));
      one.classList.toggle("over", left !== null && left < 0);
      if (left !== null && Number(since)) this.#meter(one, Number(since), Number(until), now);
      this.#speak(one, left);
    }
  }

  #meter(one, since, until, now) {
    const bar = one.closest("[data-key]")?.querySelector("progress");
    if (bar) bar.value = Math.min(1, (now - since) / (until - since));
  }

  /** A clock is read aloud at a few moments only. */
  #speak(one, left) {
    if (one.getAttribute("role") !== "timer" || one.offsetParent === null) return;
    const aloud = SPOKEN_S.has(left) ? String(left) : "";
    if (aloud && one.dataset.aloud !== aloud) put(document.querySelector("#film-news"), say("left", { n: aloud }));
    one.dataset.aloud = aloud;
  }
}

const named = ({ key, name, language }) => ({ key, name, code: language.toUpperCase() });

/** Makes the live session of this page once, however often somebody steps in and out. */
let stage = null;
let heard = () => false;
export function parts(send) {
  heard = send;
  stage ??= new Stage((bytes) => heard(bytes));
  return [stage];
}
