// What hosts and speakers say among themselves, as whoever belongs there reads it; who that is, stage.js says.

import { newId, readBackstage, sayBackstage } from "./wire.js";
import { hourIn } from "./words.js";

const LINES_CAP = 200;
const AT_END_PX = 40;

export class Backstage {
  #stage;
  #box;
  #list;
  #zone;
  #part = false;

  constructor(stage, root) {
    this.#stage = stage;
    this.#box = root.querySelector("[role=log]");
    this.#list = root.querySelector("ol");
    this.#zone = root.dataset.zone;
    const { session, acts } = stage;
    acts.says(document.querySelector("#say-backstage"), (id, { text }) => sayBackstage(id, session, text));
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  hear(message) {
    if (message.kind === "HallEntered" && this.#part) this.#read();  // here anew: something may have been missed
    if (message.session !== this.#stage.session) return;
    if (message.kind === "BackstageRead") for (const line of message.lines) this.#said(line);
    else if (message.kind === "BackstageSaid") this.#said(message.line);
  }

  /** Begins to read, or belongs there no more. */
  reads(part) {
    if (part === this.#part) return;
    this.#part = part;
    if (part) this.#read();
    else this.#list.replaceChildren();
  }

  #read() {
    this.#stage.send(readBackstage(newId(), this.#stage.session));
  }

  #said({ number, name, text, said_ms: said }) {
    if (this.#list.querySelector(`[data-number="${number}"]`)) return;
    const atEnd = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < AT_END_PX;
    const row = document.createElement("li");
    row.dataset.number = number;
    const words = document.createElement("span");
    words.append(made("b", name), " ", made("span", text));
    row.append(Object.assign(made("span", hourIn(said, this.#zone)), { className: "hour" }), words);
    const next = [...this.#list.children].find((one) => Number(one.dataset.number) > number);
    this.#list.insertBefore(row, next ?? null);
    while (this.#list.childElementCount > LINES_CAP) this.#list.firstElementChild.remove();
    document.querySelector("#backstage-empty").hidden = true;
    if (atEnd) this.#box.scrollTop = this.#box.scrollHeight;
  }
}

function made(name, text) {
  const one = document.createElement(name);
  one.textContent = text;
  one.dir = "auto";
  return one;
}
