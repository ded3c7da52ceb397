// Acts in a live session: what a button's value says is sent over the wire, as without a script the page's form posts
// it. Nothing is shown before the server has said it.

import { WireError, doLive, newId, same } from "./wire.js";
import { number, say } from "./words.js";

const NUMBER = /^\d{1,9}$/;
const CHAIRS = new Set(["take-chair", "seat"]);
const TRUTHS = new Map([["true", true], ["false", false]]);

/**
 * Returns the fields of a button's words as they go over the wire, exactly as ``live_acts.py`` reads them from a form
 * (a test holds the two equal). ``moment`` tells what hangs on it: ``position()`` of the film and the server's ``now()``,
 * both in ms, the ``free`` chair, and who has the ``floor``.
 */
export function fieldsOf(words, moment) {
  const parts = words.split(" ");
  return parts.map((word) => {
    if (word.includes(",")) return word.split(",").filter(Boolean).map(Number);
    const meant = sense(word, parts, moment);
    return NUMBER.test(meant) ? Number(meant) : TRUTHS.get(meant) ?? meant;
  });
}

function sense(word, [name, who], { position, now, free, floor }) {
  const [, shift] = /^now([+-]\d{1,8})?$/.exec(word) ?? [null, null];
  if (shift !== null) return String(Math.max(0, Math.round(position()) + Number(shift ?? 0)));
  if (word === "free" && CHAIRS.has(name)) return String(free);
  const [, more] = /^\+(\d{1,5})$/.exec(word) ?? [];
  if (!more) return word;
  const until = floor.find(({ person }) => person.key === who)?.until_ms ?? 0;
  return String(Math.floor(Math.max(0, until - now()) / 1000) + Number(more));
}

export class Acts {
  #form = document.querySelector("#acts");
  #news = document.querySelector("#act-news");
  #send;
  #asked = [];
  #moment;

  /** Hears what was done, by its words, once the server has said so. */
  did = () => {};

  /** ``send`` sends bytes and tells whether somebody hears them; ``moment()`` returns what ``fieldsOf`` takes. */
  constructor(send, moment) {
    this.#send = send;
    this.#moment = moment;
    this.#form.onsubmit = (event) => this.#submitted(event);
  }

  /** Sends a form's words as the message that ``message(id, fields)`` makes; without a connection it is posted. */
  says(form, message) {
    form?.addEventListener("submit", (event) => {
      const fields = Object.fromEntries(new FormData(form, event.submitter));
      const done = () => {
        for (const one of form.querySelectorAll("input[type=text], textarea")) one.value = "";
      };
      if (this.ask((id) => message(id, fields), event.submitter, done)) event.preventDefault();
    });
  }

  /** Sends a message that is answered; ``button`` shows that it is on its way. Tells whether somebody heard it. */
  ask(message, button = null, done = () => {}) {
    const id = newId();
    try {
      if (!this.#send(message(id))) return false;
    } catch (problem) {
      if (!(problem instanceof WireError)) throw problem;
      this.#tell({ code: "INVALID_TEXT" });
      return true;
    }
    button?.setAttribute("aria-busy", "true");
    this.#asked.push({ id, button, done });
    return true;
  }

  /** Does something, by its words. */
  act(words, button = null) {
    const [name, ...fields] = fieldsOf(words, this.#moment());
    return this.ask((id) => doLive(id, this.#form.dataset.session, name, ...fields), button, () => this.did(name, ...fields));
  }

  hear(message) {
    if (message.kind !== "Done" && message.kind !== "Rejected") return;
    const asked = this.#asked.find((one) => same(one.id, message.request_id));
    if (!asked) return;
    this.#asked.splice(this.#asked.indexOf(asked), 1);
    asked.button?.removeAttribute("aria-busy");
    if (message.kind === "Rejected") this.#tell(message);
    else {
      this.#news.textContent = "";
      asked.done();
    }
  }

  /** The connection is gone: what has no answer is asked again by who likes to. */
  broken() {
    for (const { button } of this.#asked.splice(0)) button?.removeAttribute("aria-busy");
  }

  #submitted(event) {
    const words = new FormData(this.#form, event.submitter).get("do");
    // Whom nobody hears posts the form, where that can be done.
    if (words && this.act(words, event.submitter)) event.preventDefault();
  }

  #tell({ code, most }) {
    const silenced = code === "FORBIDDEN" && document.querySelector("#decisions")?.dataset.kinds?.includes("silence");
    const why = silenced ? "SILENCED" : most ? "TOO_LONG" : code;
    this.#news.textContent = say(`act.${why}`, { n: number(most ?? 0) }) || say("act.else");
  }
}
