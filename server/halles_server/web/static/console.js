// The hosts' page of a live session. What is drawn is what the server told, whichever host did it.

import { clock, fill, offer, put, tell } from "./draw.js";
import { openPoll, sayCaption } from "./wire.js";
import { keep, kept, number, say } from "./words.js";

const KEYS = "halles-console-keys";
const ANEW_MS = 15_000;
const COUNT_MS = 1000;
const MOVES = new Map([["ArrowUp", "up"], ["ArrowDown", "down"]]);

export class Console {
  #stage;
  #people = document.querySelector("#presenter");
  #news = document.querySelector("#floor-news");
  #state = null;
  #moved = null;

  constructor(stage) {
    this.#stage = stage;
    const { session, acts } = stage;
    acts.says(document.querySelector("#caption"), (id, { language, text }) => sayCaption(id, session, language, text));
    acts.says(document.querySelector("#poll"), (id, fields) => pollOf(id, session, fields));
    for (const form of document.querySelectorAll("form[data-acts]")) {
      form.addEventListener("submit", (event) => {
        if (acts.act(new FormData(form, event.submitter).get("do"), event.submitter)) event.preventDefault();
      });
    }
    const modes = document.querySelector("#modes");
    modes.querySelector("button").hidden = true;
    // What is chosen is what the server says: until it has, the choice goes back.
    modes.onchange = (event) => {
      const before = modes.dataset.mode;
      if (!acts.act(event.target.value)) {
        modes.requestSubmit();
        return;
      }
      modes.querySelector(`[value="set-mode ${before}"]`).checked = true;
    };
    const queue = document.querySelector("[data-list=hands]");
    queue.addEventListener("keydown", (event) => this.#move(event));
    queue.addEventListener("click", ({ target }) => this.#watch(target.closest('[value^="move-hand "]')));
    this.#shortcuts();
    setInterval(() => this.#count(), COUNT_MS);
    setInterval(() => document.hidden || this.#read("[data-anew]"), ANEW_MS);
  }

  hear({ kind }) {
    if (kind === "ReportsWaiting") this.#read("#waiting-reports");
  }

  show(state, materials) {
    this.#state = state;
    this.#place(state);
    const modes = document.querySelector("#modes");
    modes.dataset.mode = state.mode;
    modes.querySelector(`[value="set-mode ${state.mode}"]`).checked = true;
    for (const [name, on] of [["freeze-chat", state.frozen], ["lock-door", state.locked]]) {
      offer(`${name}-on`, on);
      offer(`${name}-off`, !on);
    }
    for (const one of document.querySelectorAll('[value^="show "]')) {
      const [, screen] = one.value.split(" ");
      one.setAttribute("aria-pressed", String(screen === state.screen));
    }
    offer("behind", state.backstage.length > 0);
    fill("behind", state.backstage.map(({ key, name }) => ({ key, name })));
    this.#pages(state, materials);
    this.#who(state);
    this.#count();
  }

  /** With Shift, the arrows move in the queue whoever's row has the focus. */
  #move(event) {
    const to = event.shiftKey && MOVES.get(event.key);
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!to || !key || !this.#stage.acts.act(`move-hand ${key} ${to}`)) return;
    event.preventDefault();
    this.#watch(event.target);
  }

  #watch(within) {
    const row = within?.closest("[data-key]");
    if (row) this.#moved = { key: row.dataset.key, from: [...row.parentElement.children].indexOf(row) };
  }

  /** Says where somebody waits whom one has moved. */
  #place({ hands }) {
    const { key, from } = this.#moved ?? {};
    const place = hands.findIndex(({ person }) => person.key === key);
    if (place < 0 || place === from) return;
    this.#moved = null;
    const { name } = hands[place].person;
    put(this.#news, say("moved", { name, n: number(place + 1), count: number(hands.length) }));
  }

  /** For how long each has had the floor, to this second. */
  #count() {
    const state = this.#state;
    if (!state) return;
    const rows = new Map(state.talked.map((one) => [`${one.key} ${one.language}`, { ...one }]));
    const now = this.#stage.now();
    for (const { key, name, language } of speakers(state)) {
      const row = rows.get(`${key} ${language}`) ?? { key, name, language, ms: 0 };
      row.ms += Math.max(0, now - state.counted_ms);
      rows.set(`${key} ${language}`, row);
    }
    const all = [...rows.values()].sort((one, other) => other.ms - one.ms);
    const whole = all.reduce((sum, { ms }) => sum + ms, 0);
    offer("talked", whole > 0);
    for (const one of document.querySelectorAll("[data-talked]")) {
      const ms = all.filter(({ language }) => language === one.dataset.talked).reduce((sum, row) => sum + row.ms, 0);
      one.querySelector("progress").value = whole ? ms / whole : 0;
      put(one.querySelector(".end"), lasted(ms));
    }
    fill("talked", all.filter(({ key }) => key).map(({ key, name, language, ms }) =>
      ({ key: `${key} ${language}`, name, code: language.toUpperCase(), time: lasted(ms) })));
  }

  /** What changes without an act is read again, but under a hand. */
  async #read(which) {
    const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of document.querySelectorAll(which)) {
      const [next, held] = [page.getElementById(one.id), document.activeElement];
      const link = one.contains(held) && held.getAttribute("href");
      if (!next || next.innerHTML === one.innerHTML || (one.contains(held) && !link)) continue;
      one.replaceChildren(...next.childNodes);
      if (link) one.querySelector(`[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
    }
    if (this.#state) this.#who(this.#state);
  }

  #pages({ slide, film, screen }, materials) {
    materials.forEach((material, i) => {
      const row = document.querySelector(`[data-material="${i}"]`);
      if (!row) return;
      const shown = slide?.material === i;
      const page = shown ? slide.page : 0;
      row.classList.toggle("on", (shown && screen === "slides") || (film?.material === i && screen === "film"));
      if (material.pages.length) {
        put(row.querySelector("[data-page]"), `${number(page)} / ${number(material.pages.length)}`);
        turn(row.querySelector("[data-turn=back]"), i, page - 1, page > 1);
        turn(row.querySelector("[data-turn=on]"), i, page + 1, page < material.pages.length);
        const picture = row.querySelector("img");
        const address = `/media/${material.pages[Math.max(0, page - 1)]}`;
        if (picture.getAttribute("src") !== address) picture.src = address;
      } else {
        const plays = film?.material === i && film.playing;
        row.querySelector("[data-run=play]").hidden = plays;
        row.querySelector("[data-run=pause]").hidden = !plays;
      }
    });
  }

  /** Who can be made presenter: whoever waits, sits or speaks, and who is announced and here. */
  #who({ hands, chairs, floor, presenter }) {
    const here = [...document.querySelectorAll("#speakers [data-key]")].map(({ dataset }) => [dataset.key, dataset.name]);
    const known = new Map([...here, ...[...hands, ...chairs, ...floor].map(({ person }) => [person.key, person.name])]);
    tell("presenter", presenter ? known.get(presenter) ?? say("presenter.other") : say("presenter.hosts"));
    const keys = [...known.keys()].join();
    if (this.#people.dataset.keys === keys) return;
    this.#people.dataset.keys = keys;
    const chosen = this.#people.value;
    this.#people.replaceChildren(this.#people.options[0], ...[...known].map(([key, name]) =>
      Object.assign(document.createElement("option"), { value: `make-presenter ${key}`, textContent: name })));
    this.#people.value = [...this.#people.options].some(({ value }) => value === chosen) ? chosen : this.#people.options[0].value;
  }

  #shortcuts() {
    const dialog = document.querySelector("#keys");
    const on = dialog.querySelector("input");
    on.checked = kept(KEYS) !== "off";
    on.onchange = () => keep(KEYS, on.checked ? "on" : "off");
    for (const one of document.querySelectorAll("[data-keys]")) {
      one.hidden = false;
      one.onclick = () => dialog.showModal();
    }
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input:not([type=radio]), textarea, select, dialog");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !on.checked) return;
      const wanted = event.key === "?" ? document.querySelector("[data-keys]")
        : document.querySelector(`[data-key-for="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!wanted || wanted.closest("[hidden]")) return;
      event.preventDefault();
      if (wanted.matches("button")) wanted.click();
      else wanted.focus();
    });
  }
}

/** Who may be heard by the whole hall now (``floor_time.speakers`` in the contract). */
function speakers({ phase, mode, floor, chairs }) {
  if (phase !== "live") return [];
  const held = [...floor, ...(mode === "fishbowl" ? chairs : [])];
  return new Map(held.map(({ person }) => [person.key, person])).values();
}

const lasted = (ms) => clock(Math.floor(ms / 1000));

function turn(button, material, page, possible) {
  button.value = `show-page ${material} ${Math.max(1, page)}`;
  button.disabled = !possible;
}

/** A poll in the one language in which its host writes it. */
function pollOf(id, session, { kind, results, language, text, options }) {
  const within = (words) => ["fr", "nl", "en"].map((code) => (code === language ? words.trim() : ""));
  const lines = options.split("\n").filter((one) => one.trim());
  return openPoll(id, session, kind, results, within(text), lines.map(within));
}
