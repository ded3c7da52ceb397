// A live session on a page: its state as the server tells it, drawn into what the template has made.

import { Acts } from "./acts.js";
import { clock, fill, offer, put, tell } from "./draw.js";
import { Captions, Screen, only } from "./screen.js";
import { Public } from "./public.js";
import { counted, number, say } from "./words.js";

const TICK_MS = 250;
const SPOKEN_S = new Set([60, 30, 10]);
const SAID_MS = 5000;
const OPEN = new Set(["doors", "live", "paused", "closing"]);
const TAKING_PART = new Set(["doors", "live", "paused"]);

export class Stage {
  #root = document.querySelector("#live-session");
  #session = this.#root.dataset.session;
  #offset = Date.now() - Number(this.#root.dataset.now);
  #measured = false;
  #materials = [];
  #key = this.#root.dataset.key;
  #host = false;
  #spoke = "";
  #state = null;
  #free = 0;
  #hall = document.querySelector("#arrive").dataset.hall;
  #silent = document.querySelector("#hand")?.dataset.hand === "silenced";
  #ticking;
  #more = [];

  constructor(send) {
    this.screen = new Screen(() => this.now());
    this.captions = new Captions();
    this.acts = new Acts(send, () => this.#moment());
    this.send = send;
    this.public = new Public(this);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Also draws each state with ``show(state, materials)``, and hears each message with ``hear(message)``. */
  add(more) {
    this.#more.push(more);
    if (this.#state) more.show?.(this.#state, this.#materials);
  }

  /** What those words of a button hang on that mean something else at each moment. */
  #moment() {
    const position = () => this.screen.position();
    return { position, now: () => this.now(), free: this.#free, floor: this.#state?.floor ?? [] };
  }

  get key() {
    return this.#key;
  }

  get host() {
    return this.#host;
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
    for (const more of this.#more) more.hear?.(message);
    if (message.kind === "SanctionTold") this.#decided(message);
    if (message.session !== this.#session) return;
    this.public.hear(message);
    switch (message.kind) {
      case "LiveOpened": this.#materials = message.materials; break;
      case "LivePartTold": [this.#key, this.#host] = [message.key, message.host]; break;
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
    this.#state = state;
    this.screen.show(state, this.#materials);
    this.#show(state);
    for (const more of this.#more) more.show?.(state, this.#materials);
    this.#tick();
  }

  #decided({ sanctions }) {
    const here = ["", this.#hall, this.#session];
    this.#silent = sanctions.some(({ kind, place }) => kind === "silence" && here.includes(place));
    if (this.#state) this.#show(this.#state);
  }

  #show(state) {
    const over = ["ended", "published"].includes(state.phase);
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
    for (const one of document.querySelectorAll("[data-from]")) one.hidden = !one.dataset.from.split(" ").includes(state.phase);
    this.#root.dataset.phase = state.phase;
    offer("asks", !over && !this.#silent);
    offer("frozen", state.frozen);
    tell("mode", say(`mode.${state.mode}`));
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
    offer("chairs", OPEN.has(state.phase) && (state.mode === "fishbowl" || state.chairs.length > 0));
    tell("chairs", say("chairs", { n: number(free.length), count: number(count) }));
    this.#free = free[0] ?? 0;
    fill("chairs", state.chairs.map(({ person }) => ({ key: person.key, name: person.name })));
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
    const how = this.#silent && TAKING_PART.has(state.phase) ? "silenced" : seated ? "seated" : live && state.floor.some(mine) ? "floor" : rank ? "raised"
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
    if (aloud && one.dataset.aloud !== aloud) {
      const news = document.querySelector("#film-news");
      put(news, say("left", { n: aloud }));
      setTimeout(put, SAID_MS, news, ""); // it is true for a moment
    }
    one.dataset.aloud = aloud;
  }
}

const named = ({ key, name, language }) => ({ key, name, code: language.toUpperCase() });

/** Offers to point to whoever presents; what does it is loaded once they want to. */
function pointing(stage) {
  const button = document.querySelector("#point");
  let made = null;
  button.onclick = async () => {
    const { Pointing } = await import("./point.js");
    made ??= new Pointing(stage, button);
    made.turn();
  };
  return {
    show({ presenter, screen, phase }) {
      const presents = presenter ? presenter === stage.key : stage.host;
      button.hidden = !presents || screen !== "slides" || !OPEN.has(phase);
      if (button.hidden) made?.turn(false);
    },
  };
}

/** Shows what is said backstage to whoever belongs there, now or whatever the state says. */
function backstage(stage) {
  const root = document.querySelector("#backstage");
  const always = "always" in root.dataset;
  let made = null;
  const show = async (part) => {
    root.hidden = !part;
    if (part && !made) made = import("./backstage.js").then(({ Backstage }) => new Backstage(stage, root));
    (await made)?.reads(part);
  };
  if (!root.hidden) show(true);
  return {
    show: (state) => show(always || belongs(state, stage.key)),
    hear: async (message) => (await made)?.hear(message),
  };
}

/** Whoever presents, or was given the floor or a chair by a host (``backstage_since`` in the contract). */
function belongs({ presenter, backstage: behind }, key) {
  return Boolean(key) && (presenter === key || behind.some((one) => one.key === key));
}

/** Makes the live session of this page once, however often somebody steps in and out. */
let stage = null;
let heard = () => false;
export function parts(send) {
  heard = send;
  if (!stage) {
    stage = new Stage((bytes) => heard(bytes));
    stage.add(pointing(stage));
    stage.add(backstage(stage));
    if (document.querySelector("#console")) import("./console.js").then(({ Console }) => stage.add(new Console(stage)));
  }
  return [stage];
}
