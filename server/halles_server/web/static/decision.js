// What a moderator has decided about whoever is present here: what, why and until when, and the form by which one appeals.

import { appeal, newId, same } from "./wire.js";
import { counted, keep, kept, say } from "./words.js";

const lang = document.documentElement.lang;
const TEXT_CAP = 500;
const SEEN = "halles-lifted";
const SEEN_MOST = 50;

/** Writes a moment in the show's zone. */
export function moment(ms) {
  const timeZone = document.querySelector("[data-zone]")?.dataset.zone;
  return new Date(ms).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short", timeZone });
}

/** Says what became of it, with the words of who decided. */
function answered(word, answer) {
  const [line, what, why] = ["p", "b", "bdi"].map((name) => document.createElement(name));
  [what.textContent, why.textContent] = [say(word), answer];
  line.append(what, " ", why);
  return line;
}

export class Decisions {
  #root;
  #send;
  #asked = null;
  #seen = new Set((kept(SEEN) ?? "").split(" ").map(Number));

  /** ``root`` lists them; ``send`` takes a message's bytes. */
  constructor(root, send) {
    this.#root = root;
    this.#send = send;
  }

  /** Shows all that hold now. */
  told({ sanctions, lifted }) {
    const more = document.createElement("a");
    [more.className, more.href, more.textContent] = ["small button", this.#root.dataset.href, this.#root.getAttribute("aria-label")];
    const over = lifted.filter(({ sanction }) => !this.#seen.has(sanction));
    this.#root.replaceChildren(...sanctions.map((one) => this.#row(one)), ...over.map((one) => this.#over(one)), more);
    this.#root.hidden = !sanctions.length && !over.length;
    this.#root.dataset.kinds = sanctions.map(({ kind }) => kind).join(" ");  // why an act may have been refused
  }

  /** Says to who may decide how many reports or appeals wait, with the way there. */
  waits({ kind, count }) {
    const line = document.querySelector(`[data-waits="${kind}"]`);
    if (!line) return;
    line.hidden = !count;
    line.querySelector("b").textContent = count ? counted(kind, count) : "";
  }

  done(message) {
    if (this.#asked && same(this.#asked.id, message.request_id)) this.#asked = null;
  }

  rejected(message) {
    if (!this.#asked || !same(this.#asked.id, message.request_id)) return;
    this.#asked.problem.textContent = say(`refused.${message.code}`) || say("refused");
    this.#asked = null;
  }

  #row({ sanction, kind, reason, until_ms: until, appealed, upheld, answer }) {
    const row = document.createElement("div");
    const head = document.createElement("p");
    const [what, when, why] = ["b", "time", "bdi"].map((name) => document.createElement(name));
    what.textContent = say(`decided.${kind}`);
    when.textContent = say("decided-until", { when: moment(until) });
    why.textContent = reason;
    head.append(what, " ", when, " ", why);
    row.append(head, upheld ? answered("upheld", answer) : appealed ? answered("appealed", "") : this.#form(sanction));
    return row;
  }

  /** What was lifted stays until it is read: a word of this browser, so that no other page says it again. */
  #over({ sanction, kind, answer, appealed }) {
    const row = document.createElement("div");
    const [head, what, button] = ["p", "s", "button"].map((name) => document.createElement(name));
    what.textContent = say(`decided.${kind}`);
    head.append(what);
    [button.type, button.className, button.textContent] = ["button", "small button", say("seen")];
    button.addEventListener("click", () => {
      this.#seen.add(sanction);
      keep(SEEN, [...this.#seen].slice(-SEEN_MOST).join(" "));
      row.remove();
      this.#root.hidden = !this.#root.querySelector("div");
    });
    row.append(head, answered(appealed ? "appeal-lifted" : "lifted", answer), button);
    return row;
  }

  #form(number) {
    const form = document.createElement("form");
    const [label, field, button, problem] = ["label", "textarea", "button", "p"].map((name) => document.createElement(name));
    field.id = `appeal-${number}`;
    [field.rows, field.maxLength, field.required] = [2, TEXT_CAP, true];
    [label.htmlFor, label.textContent] = [field.id, say("appeal-why")];
    [button.className, button.textContent] = ["small button", say("appeal")];
    [problem.className] = ["problem"];
    problem.setAttribute("role", "alert");
    form.append(label, field, button, problem);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      problem.textContent = "";
      this.#asked = { id: newId(), problem };
      this.#send(appeal(this.#asked.id, number, field.value));
    });
    return form;
  }
}
