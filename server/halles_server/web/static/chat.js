// The chat: what is said nearby and to the hall, and one's own lines from "sending…" to said. All of it is set as text.

import { WireError, newId, same, say as sayMessage } from "./wire.js";
import { element, judged, reported } from "./people.js";
import { hourIn, number, say } from "./words.js";

const LINES_CAP = 200;
const SEEN_CAP = 1000;
const AT_END_PX = 40;

const keyOf = (line) => [line.visit, line.time_ms, line.channel, line.booth, line.text].join("\n");
const plain = (text) => text.normalize("NFC").trim();

export class Chat {
  #box;
  #list;
  #form;
  #send;
  #visit = "";
  #inHall = false;
  #seen = new Set();
  #own = [];
  #booth;
  #zone;
  #judge;
  #report;

  /**
   * ``send`` sends bytes and tells whether somebody is there to hear them; ``wave`` greets those near; ``booth`` is the
   * one whose page this is, or "". Hours are those of the show, as on the page when it is loaded again.
   */
  constructor(section, send, wave, booth) {
    this.#booth = booth;
    this.#zone = section.dataset.zone;
    [this.#judge, this.#report] = [section.dataset.judge, section.dataset.report];
    this.#box = section.querySelector("[role=log]");
    this.#list = section.querySelector("ol");
    this.#form = section.querySelector("form");
    this.#send = send;
    this.#list.replaceChildren();
    this.#form.querySelector("[type=button]").onclick = wave;
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#say(new FormData(this.#form));
    };
  }

  /** A visit is in the hall: what waited is sent. */
  entered(visit) {
    this.#visit = visit;
    this.#inHall = true;
    for (const own of this.#own) if (own.state === "sending") this.#try(own);
  }

  /** The connection is gone: what is said waits. */
  broken() {
    this.#inHall = false;
  }

  /** The visit is over: what waited is not sent. */
  ended() {
    this.#inHall = false;
    for (const own of this.#own) if (own.state === "sending") this.#fail(own, "");
  }

  /** Hears one line. */
  said(line) {
    if (this.#seen.has(keyOf(line))) return;
    this.#seen.add(keyOf(line));
    if (this.#seen.size > SEEN_CAP) this.#seen.delete(this.#seen.values().next().value);
    if (line.visit === this.#visit) this.#settle(line);
    const row = this.#row(line);
    row.dataset.visit = line.visit;
    this.#put(row, line.time_ms);
  }

  /** Takes out what these visits said. */
  hide(visits) {
    for (const row of [...this.#list.children]) if (visits.has(row.dataset.visit)) row.remove();
  }

  /** Notes something that was done, not said. */
  note(text) {
    // Not before what was said last, whatever this clock says.
    const last = Math.max(0, ...[...this.#list.children].map((one) => Number(one.dataset.time ?? 0)));
    const time = Math.max(last, Date.now());
    const row = element("li", "act", "");
    const words = element("p", "", text);
    words.dir = "auto";
    row.append(element("span", "hour", hourIn(time, this.#zone)), words);
    this.#put(row, time);
  }

  /** Reads the last lines of the hall or the booth without having them all read aloud. */
  read(lines) {
    this.#box.setAttribute("aria-busy", "true");
    for (const line of lines) this.said(line);
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#box.removeAttribute("aria-busy");
  }

  /** Hears that a request was carried out. */
  done({ request_id: id }) {
    const own = this.#own.find((one) => same(one.id, id));
    if (own) this.#mark(own, "done", "");
  }

  /** Hears that a request was refused. */
  rejected({ request_id: id, code, retry_after_ms: wait }) {
    const own = this.#own.find((one) => same(one.id, id));
    if (!own) return;
    const n = number(Math.max(1, Math.ceil(wait / 1000)));
    this.#fail(own, say(`refused.${code}`, { n }) || say("refused"), code !== "NOT_NOW");
  }

  #put(row, time) {
    const atEnd = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < AT_END_PX;
    this.#place(row, time);
    while (this.#list.childElementCount > LINES_CAP) this.#list.firstElementChild.remove();
    if (atEnd) this.#box.scrollTop = this.#box.scrollHeight;
  }

  #say(form) {
    const text = plain(form.get("line") ?? "");
    if (!text) return;
    const own = { id: newId(), channel: form.get("channel"), text, state: "sending", row: element("li", "own", "") };
    this.#own.push(own);
    this.#list.append(own.row);
    this.#form.elements.line.value = "";
    this.#try(own);
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  #try(own) {
    this.#mark(own, "sending", say("sending"));
    try {
      if (this.#inHall) this.#send(sayMessage(own.id, own.channel, own.text, own.channel === "booth" ? this.#booth : ""));
    } catch (problem) {
      if (!(problem instanceof WireError)) throw problem;
      this.#fail(own, say("refused"));
    }
  }

  #fail(own, reason, offers = true) {
    this.#mark(own, "failed", [say("unsent"), reason].filter(Boolean).join(" · "));
    if (!offers) return;
    const again = element("button", "small button", say("again"));
    again.type = "button";
    again.addEventListener("click", () => {
      this.#form.elements.line.focus();
      this.#try(own);
    });
    own.row.lastChild.append(" ", again);
  }

  #mark(own, state, news) {
    own.state = state;
    // One's own words are not read back, only that they failed; what the hall heard is.
    own.row.setAttribute("aria-live", state === "failed" ? "polite" : "off");
    const words = element("p", "", own.text);
    words.dir = "auto";
    own.row.replaceChildren(element("span", "hour", ""), words, ...(news ? [element("p", "news", news)] : []));
  }

  /** Takes away the line that waited for this one. */
  #settle(line) {
    const mine = this.#own.filter((one) => one.channel === line.channel);
    const own = mine.find((one) => one.text === plain(line.text)) ?? mine.find((one) => one.state !== "failed");
    if (!own) return;
    own.row.remove();
    this.#own.splice(this.#own.indexOf(own), 1);
  }

  #row(line) {
    const row = element("li", line.visit === this.#visit ? "own" : "", "");
    const when = element("time", "hour", hourIn(line.time_ms, this.#zone));
    when.dateTime = new Date(line.time_ms).toISOString();
    const words = element("p", "", "");
    const name = element("b", "", line.name);
    name.dir = "auto";
    const text = element("bdi", "", line.text);
    words.append(name, " ", text);
    if (line.channel === "nearby") words.append(" ", element("span", "near", say("nearby")));
    if (line.channel === "booth") words.append(" ", this.#where(line.booth));
    if (line.visit !== this.#visit) words.append(" ", reported(this.#report, line));
    if (this.#judge && line.visit !== this.#visit) words.append(" ", judged(this.#judge, line));
    row.append(when, words);
    return row;
  }

  /** Says where a line was said at a booth: its staff hear it on every page, and go there. */
  #where(booth) {
    if (booth === this.#booth) return element("span", "near", say("at-booth"));
    const link = element("a", "near", say("at-booth"));
    link.href = document.querySelector("#bell-news").dataset.booths + encodeURIComponent(booth);
    return link;
  }

  /** Lines stand in the order of their time; those that wait stay last. */
  #place(row, time) {
    row.dataset.time = time;
    const rows = [...this.#list.children].reverse();
    const before = rows.find((one) => one.dataset.time && Number(one.dataset.time) <= time);
    if (before) before.after(row);
    else this.#list.prepend(row);
  }
}
