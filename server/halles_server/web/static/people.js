// The list of who is here: those near first, then the hall. Nothing moves under a hand: while the list has the focus or
// the pointer, news waits behind a button.

import { counted, number, say } from "./words.js";

const ROWS_CAP = 100;
const STAFF = ["operator", "organiser", "moderator", "exhibitor", "member"];

const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

/** Sorts staff first, then by name. */
function sorted(people) {
  const rank = (one) => (STAFF.indexOf(one.role) + STAFF.length + 1) % (STAFF.length + 1);
  return people.sort((a, b) => rank(a) - rank(b) || order.compare(a.name, b.name));
}

/** Makes an element of a class with a text. */
export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function way(word, href, name) {
  const link = element("a", "quiet", say(word));
  link.href = href;
  link.setAttribute("aria-label", say(`${word}-name`, { name }));
  return link;
}

/** The way to the form of a sanction, for who may decide: the console opens it in a dialog. */
export function judged(address, { visit, name }) {
  const link = way("judge", address + encodeURIComponent(visit), name);
  link.dataset.judge = "";
  return link;
}

/** The way to the form by which somebody, or with its time a line of theirs, is reported: in a page of its own. */
export function reported(address, { visit, name, time_ms: time }) {
  const about = encodeURIComponent(time ? `line:${visit}:${time}` : `person:${visit}`);
  const link = way(time ? "report-line" : "report", address + about, name);
  link.target = "_blank";
  link.classList.add("report");
  return link;
}

export class PeopleList {
  #section;
  #box;
  #button;
  #roster;
  #metres;
  #shown = new Set();
  #block;
  #mine = [];

  /** ``block`` blocks a visit, or no more. */
  constructor(section, roster, metres, block = null) {
    this.#block = block;
    this.#section = section;
    this.#box = section.querySelector(".crowd");
    this.#button = section.querySelector("button");
    this.#roster = roster;
    this.#metres = metres;
    // Set, not added: the next visit of this page has a list of its own in the same place.
    this.#button.onclick = () => this.#draw();
    this.#box.onblur = (event) => {
      if (event.relatedTarget !== this.#button) this.refresh();
    };
    this.#box.onpointerleave = () => this.refresh();
  }

  /** Shows the people as they are now, or says how many are new where somebody reads the list. */
  refresh() {
    const held = this.#box.matches(":focus, :focus-within") || this.#box.matches(":hover");
    if (held && this.#shown.size) this.#hold();
    else this.#draw();
  }

  /** Shows whom one has blocked oneself. */
  blocked(mine) {
    this.#mine = mine;
    this.#draw();
  }

  #hold() {
    const fresh = this.#roster.others().filter((one) => !this.#shown.has(one.visit)).length;
    this.#button.hidden = !fresh;
    if (fresh) this.#button.textContent = counted("new", fresh);
  }

  #draw() {
    const near = new Set(this.#roster.near(this.#metres));
    const far = this.#roster.others().filter((one) => !near.has(one));
    const room = { left: ROWS_CAP };
    const parts = [this.#group("near", sorted([...near]), room), this.#group("far", sorted(far), room)].flat();
    const more = near.size + far.length - (ROWS_CAP - room.left);
    if (more > 0) parts.push(element("p", "note", say("more", { n: number(more) })));
    if (!near.size && !far.length) parts.push(element("p", "empty", say("nobody")));
    if (this.#mine.length) parts.push(...this.#blocked());
    this.#box.replaceChildren(...parts);
    this.#section.querySelector("h2 span").textContent = number(near.size + far.length);
    this.#shown = new Set(this.#roster.others().map((one) => one.visit));
    if (this.#button === document.activeElement) this.#box.focus();
    this.#button.hidden = true;
  }

  #group(key, people, room) {
    const rows = people.slice(0, room.left);
    room.left -= rows.length;
    if (!rows.length) return [];
    const title = element("h3", "", `${say(key)} `);
    title.append(element("span", "", number(people.length)));
    const list = element("ul", "rows");
    list.append(...rows.map((one) => this.#row(one)));
    return [title, list];
  }

  #row(one) {
    const row = element("li");
    const initial = element("span", `initial c${one.coat}`, [...one.name][0] ?? "");
    initial.setAttribute("aria-hidden", "true");
    const name = element("b", "", one.name);
    name.dir = "auto";
    const role = one.bot ? say("bot") : say(one.role);
    row.append(initial, name);
    if (role) row.append(element("span", "end", role));
    if (this.#block) row.append(this.#acting(one, "block", true));
    if (!one.bot) row.append(reported(this.#section.dataset.report, one));
    if (this.#section.dataset.judge) row.append(judged(this.#section.dataset.judge, one));
    return row;
  }

  #blocked() {
    const list = element("ul", "rows");
    for (const one of this.#mine) {
      const row = element("li");
      const name = element("b", "", one.name);
      name.dir = "auto";
      row.append(name, this.#acting(one, "unblock", false));
      list.append(row);
    }
    return [element("h3", "", say("blocked")), list];
  }

  #acting(one, word, on) {
    const button = element("button", "quiet", say(word));
    button.type = "button";
    button.setAttribute("aria-label", say(`${word}-name`, { name: one.name }));
    button.onclick = () => {
      this.#block(one.visit, on);
      this.#box.focus();
    };
    return button;
  }
}
