// What the public of a live session says: questions, votes, polls, reactions, consent.

import { fill, offer, put, tell } from "./draw.js";
import { askQuestion, react } from "./wire.js";
import { counted, hourIn, number, say } from "./words.js";

const ORDER = ["pinned", "approved", "waiting", "answered"];
const FRESH_MS = 30_000;

export class Public {
  #stage;
  #zone = document.querySelector("#chat").dataset.zone;
  #shown = new Map();
  #waiting = new Map();
  #own = new Set();
  #chosen = new Map();
  #polls = new Map();
  #reacted = [];
  #asked = [];
  #onScreen = 0;
  #over = false;

  constructor(stage) {
    this.#stage = stage;
    const session = stage.session;
    stage.acts.says(document.querySelector("#ask"), (id, { language, text }) => askQuestion(id, session, language, text));
    for (const one of document.querySelectorAll("[data-react]")) {
      one.onclick = () => stage.send(react(session, one.dataset.react));
    }
    stage.acts.did = (...act) => this.#did(...act);
    setInterval(() => this.#cool(), 5000);
  }

  hear(message) {
    switch (message.kind) {
      case "QuestionsTold": this.#told(message); break;
      case "QuestionTold": this.#changed(message.row); break;
      case "QuestionQueueTold":
        this.#waiting = new Map(message.rows.map((one) => [one.number, one]));
        break;
      case "VotesTold":
        for (const [question, votes] of message.votes) if (this.#shown.has(question)) this.#shown.get(question).votes = votes;
        break;
      case "OwnVotesTold":
        this.#own = new Set(message.questions);
        this.#chosen = new Map(message.polls.map(({ poll, choices }) => [poll, choices]));
        this.#attends(message.attends);
        this.#asks(message.asked);
        break;
      case "PollTold": this.#polls.set(message.card.number, message); break;
      case "ReactionsTold": this.#reacted.push({ at: Date.now(), counts: message.counts }); this.#cool(); return;
      case "LiveTold":
        [this.#onScreen, this.#over] = [message.state.on_screen, ["ended", "published"].includes(message.state.phase)];
        if (this.#over) this.#asks(this.#asked);
        break;
      default: return;
    }
    this.#draw();
    this.#drawPolls();
  }

  #told({ asking, rows, first }) {
    if (first && (rows.length || !this.#shown.size)) this.#shown.clear();
    for (const one of rows) this.#shown.set(one.number, one);
    for (const form of document.querySelectorAll("#ask")) form.hidden = asking === "closed";
    offer("asking-closed", asking === "closed");
    for (const one of document.querySelectorAll('[value^="set-asking"]')) {
      one.setAttribute("aria-pressed", String(one.value === `set-asking ${asking}`));
    }
  }

  /** One's own vote or consent, once the server has it: of these it tells nobody again. */
  #did(name, what, how) {
    if (name === "vote-question") this.#own[how ? "add" : "delete"](what);
    else if (name === "vote-poll") this.#chosen.set(what, how);
    else if (name === "attend") this.#attends(what);
    else return;
    this.#draw();
    this.#drawPolls();
  }

  #asks(asked) {
    this.#asked = asked;
    offer("own-asked", asked.length > 0);
    fill("own-asked", asked.map(({ number: key, text, language, state }) =>
      ({ key: String(key), text, lang: language, state, how: say(`own.${this.#over ? "refused" : state}`) })));
  }

  #attends(on) {
    offer("attends", on);
    offer("attends-not", !on);
  }

  #changed(row) {
    if (row.state === "refused" || row.state === "waiting") this.#shown.delete(row.number);
    else this.#shown.set(row.number, row);
    if (row.state !== "waiting") this.#waiting.delete(row.number);
  }

  #draw() {
    const all = [...this.#shown.values(), ...this.#waiting.values()];
    const place = ({ state, votes, asked_ms: asked, answered_ms: answered }) =>
      [ORDER.indexOf(state), state === "answered" ? answered : -votes, asked];
    all.sort((one, other) => {
      const [a, b] = [place(one), place(other)];
      return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
    });
    fill("questions", all.map((one) => this.#row(one)));
    const empty = document.querySelector("[data-empty=questions]");
    if (empty) empty.hidden ||= this.#asked.length > 0;
    for (const code of ["fr", "nl", "en"]) {
      const own = all.filter(({ language }) => language === code);
      fill(`questions-${code}`, own.map((one) => this.#row(one)));
      tell(`count-${code}`, number(own.filter(({ state }) => state !== "answered").length));
    }
    for (const state of ["waiting", "shown", "answered"]) {
      const of = state === "shown" ? ["approved", "pinned"] : [state];
      tell(`q-${state}`, number(all.filter((one) => of.includes(one.state)).length));
    }
    tell("question", this.#shown.get(this.#onScreen)?.text ?? "");
    for (const one of document.querySelectorAll('[value^="vote-question"]')) {
      const [, key] = one.value.split(" ");
      const voted = this.#own.has(Number(key));
      one.value = `vote-question ${key} ${!voted}`;
      one.setAttribute("aria-pressed", String(voted));
      one.disabled = this.#over;
    }
  }

  #row({ number: key, text, language, name, asked_ms: asked, state, votes }) {
    const shown = key === this.#onScreen ? say("on-screen") : say(`question.${state}`);
    return {
      key: String(key), text, lang: language, state, votes: number(votes), by: [name, hourIn(asked, this.#zone)].filter(Boolean).join(" · "),
      how: shown, word: counted("votes", votes),
    };
  }

  #drawPolls() {
    const list = document.querySelector("[data-polls]");
    if (!list) return;
    const polls = [...this.#polls.values()].filter(({ card }) => card.state !== "withdrawn");
    polls.sort((one, other) => other.card.number - one.card.number);
    for (const old of [...list.children]) {
      if (!polls.some(({ card }) => String(card.number) === old.dataset.key)) old.remove();
    }
    polls.forEach((told, i) => {
      const key = String(told.card.number);
      let row = [...list.children].find((one) => one.dataset.key === key);
      if (!row) {
        row = document.querySelector("template[data-row=poll]").content.firstElementChild.cloneNode(true);
        row.dataset.key = key;
        for (const one of row.querySelectorAll("button[value]")) one.value = one.value.replace("{key}", key);
      }
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
      this.#drawPoll(row, told);
    });
    document.querySelector("[data-empty=polls]").hidden = polls.length > 0;
  }

  #drawPoll(row, { card: { number: key, poll, state: told }, counts, voters }) {
    const state = this.#over && told === "open" ? "closed" : told;
    row.dataset.state = state;
    put(row.querySelector("[data-f=title]"), worded(poll.title));
    put(row.querySelector("[data-f=voters]"), `${say(`poll.${state}`)} · ${counted("voters", voters)}`);
    for (const one of row.querySelectorAll("[data-for]")) one.hidden = !one.dataset.for.split(" ").includes(state);
    const chosen = this.#chosen.get(key) ?? [];
    const list = row.querySelector("[data-f=options]");
    poll.options.forEach((option, i) => {
      const line = list.children[i] ?? list.appendChild(
        document.querySelector("template[data-row=option]").content.firstElementChild.cloneNode(true));
      const button = line.querySelector("button");
      const next = poll.kind === "single" ? [i] : chosen.includes(i) ? chosen.filter((one) => one !== i) : [...chosen, i];
      button.value = `vote-poll ${key} ${next.join(",")},`;
      button.setAttribute("aria-pressed", String(chosen.includes(i)));
      button.setAttribute("aria-disabled", String(state !== "open"));
      put(button.querySelector("span"), worded(option));
      put(button.querySelector("b"), counts.length ? number(counts[i]) : "");
      const bar = line.querySelector("progress");
      bar.hidden = !counts.length;
      bar.value = voters && counts.length ? counts[i] / voters : 0;
    });
  }

  /** What was applauded in the last half minute. */
  #cool() {
    this.#reacted = this.#reacted.filter(({ at }) => Date.now() - at < FRESH_MS);
    document.querySelectorAll("[data-react] b").forEach((one, i) => {
      const sum = this.#reacted.reduce((all, { counts }) => all + counts[i], 0);
      put(one, sum ? number(sum) : "");
    });
  }
}

/** A text in the reader's language, or another. */
const worded = (text) => text[document.documentElement.lang] || text.fr || text.nl || text.en;
