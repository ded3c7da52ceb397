// What a moderator has decided about whoever is present here: what, why and until when, and the form by which one appeals.

import { appeal, newId, same } from "./wire.js";
import { momentIn, say } from "./words.js";

const TEXT_CAP = 500;

/** In the show's zone. */
const moment = (ms) => momentIn(ms, document.querySelector("[data-zone]")?.dataset.zone);

export class Decisions {
  #root;
  #send;
  #asked = null;

  /** ``root`` lists them; ``send`` takes a message's bytes. */
  constructor(root, send) {
    this.#root = root;
    this.#send = send;
  }

  /** Shows all that hold now. */
  told({ sanctions }) {
    const more = document.createElement("a");
    [more.className, more.href, more.textContent] = ["small button", this.#root.dataset.href, this.#root.getAttribute("aria-label")];
    this.#root.replaceChildren(...sanctions.map((one) => this.#row(one)), more);
    this.#root.hidden = !sanctions.length;
  }

  done(message) {
    if (this.#asked && same(this.#asked.id, message.request_id)) this.#asked = null;
  }

  rejected(message) {
    if (!this.#asked || !same(this.#asked.id, message.request_id)) return;
    this.#asked.problem.textContent = say(`refused.${message.code}`) || say("refused");
    this.#asked = null;
  }

  #row({ sanction, kind, reason, until_ms: until, appealed }) {
    const row = document.createElement("div");
    const head = document.createElement("p");
    const [what, when, why] = ["b", "time", "bdi"].map((name) => document.createElement(name));
    what.textContent = say(`decided.${kind}`);
    when.textContent = say("decided-until", { when: moment(until) });
    why.textContent = reason;
    head.append(what, " ", when, " ", why);
    row.append(head, appealed ? this.#appealed() : this.#form(sanction));
    return row;
  }

  #appealed() {
    const text = document.createElement("p");
    text.textContent = say("appealed");
    return text;
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
