// A visit from a page: comes in, stands at the booth or in the hall, and hands what the server says to the live parts.

import { Chat } from "./chat.js";
import { Link } from "./link.js";
import { PeopleList } from "./people.js";
import { Roster } from "./roster.js";
import { block, enterHall, move, newId, readBoothChat, same } from "./wire.js";
import { counted, number, say } from "./words.js";

const DRAW_MS = 250;
const PEOPLE_MS = 2000;
const TELL_MS = 5000;
const SETTLING_MS = 3000;
const LATER = new Set(["RATE_LIMITED", "UNAVAILABLE", "TRY_LATER"]);
const LATER_MS = 2000;
const WAVE = 1;
const WAVE_MS = 2000;
const GREETED_MS = 10_000;  // whoever waves without end is told of now and then
const HIGHEST = 510;
const UNDECIDED = { sanctions: [], lifted: [] };

/** A part that few visits need: it is loaded with the first act that is worth it, and acts keep their order. */
class Later {
  #load;
  #make;
  #made = null;
  #loading = null;

  /** ``module`` is what ``load`` would bring, where it is there already. */
  constructor(load, make, module = null) {
    [this.#load, this.#make] = [load, make];
    if (module) this.#made = make(module);
  }

  /** Does something with it; where it is not there yet, only if that is ``worth`` having it. */
  do(act, worth = false) {
    if (this.#made) act(this.#made);
    else if (worth || this.#loading) {
      this.#loading ??= this.#load().then((module) => { this.#made = this.#make(module); });
      this.#loading = this.#loading.then(() => act(this.#made));
    }
  }
}

/** Loads what only some pages show: booths, bells, or a live session. */
export async function shownOf(page) {
  const has = (what) => document.querySelector(what);
  return {
    booths: has("#changed, svg[data-shift]") ? (await import("./booths.js")).shown(page.booth) : null,
    bells: has("#bell, [data-staffed]") ? await import("./bell.js") : null,
    parts: has("#live-session") ? (await import("./stage.js")).parts : () => [],
  };
}

export class Visit {
  #page;
  #told;
  #link;
  #kept;
  #roster = new Roster();
  #chat;
  #people;
  #plan = null;
  #booths;
  #parts;
  #bells;
  #decisions;
  #held = false;
  #announced;
  #me = null;
  #entry = null;
  #stands = null;
  #sequence = 0;
  #waving = 0;
  #greeted = new Map();
  #inHall = false;
  #drawing = 0;
  #moved = false;
  #peopleAt = 0;
  #toldAt = 0;
  #cameAt = 0;

  /**
   * ``page``: world, hall, place, booth, nearby (metres). ``kept``: what the page before left. ``booths``, ``bells``: what the
   * page shows of them. ``parts`` makes the rest from what sends bytes. ``told`` hears ``{phase, ...}``.
   */
  constructor({ page, kept, credentials, told, booths, bells, parts }) {
    this.#page = page;
    this.#kept = kept;
    this.#told = told;
    this.#link = new Link({
      address: location.origin.replace(/^http/, "ws") + page.world,
      token: kept?.token ?? "",
      credentials,
      hear: (message) => this.#hear(message),
      change: (state) => this.#changed(state),
    });
    const send = (bytes) => this.#link.send(bytes);
    this.#decisions = new Later(() => import("./decision.js"), ({ Decisions }) => new Decisions(document.querySelector("#decisions"), send));
    this.#chat = new Chat(document.querySelector("#chat"), send, () => this.#wave(), page.booth);
    this.#announced = new Later(() => import("./announced.js"), ({ Announcements }) =>
      new Announcements(document.querySelector("#announced"), (words) => this.#chat.note(words)));
    this.#people = new PeopleList(document.querySelector("#people"), this.#roster, page.nearby, (visit, on) => send(block(newId(), visit, on)));
    const svg = document.querySelector("svg[data-shift]");
    if (svg) {
      import("./plan.js").then(({ LivePlan }) => {
        this.#plan = new LivePlan(svg, this.#roster);
        this.#moved = true;
      });
    }
    this.#bells = new Later(() => import("./bell.js"), (module) => this.#hang(module, send), bells);
    this.#booths = booths;
    this.#parts = parts(send);
  }

  begin() {
    this.#drawing = setInterval(() => this.#draw(), DRAW_MS);
    this.#link.open();
  }

  leave() {
    this.#link.leave();
  }

  hasten() {
    this.#link.hasten();
  }

  /** Lets go and returns what the next page needs to go on with this visit; null when there is none. */
  release() {
    const { token } = this.#link;
    this.#link.release();
    if (!token || !this.#me) return null;
    const until = Date.now() + 1000 * this.#me.resume_s;
    return { token, name: this.#me.name, hall: this.#page.hall, place: this.#page.place, until };
  }

  #changed(state) {
    if (state.phase !== "online") {
      this.#inHall = false;
      this.#chat.broken();
      this.#bells.do(({ own }) => own.broken());
      for (const part of this.#parts) part.broken();
    }
    if (state.phase === "connecting" && !this.#me) this.#told({ phase: "coming" });
    else if (state.phase === "waiting") this.#told({ ...state, kept: this.#me?.resume_s ?? 0 });
    else if (state.phase === "connecting") this.#told({ phase: "waiting", retryAt: 0, kept: this.#me.resume_s });
    else if (state.phase === "closed") this.#ended(state);
  }

  #ended(state) {
    clearInterval(this.#drawing);
    this.#chat.ended();
    this.#bells.do(({ desk }) => desk.cleared());
    this.#decided(UNDECIDED);
    if (this.#plan) {
      this.#plan.clear();
      this.#booths?.peopled(new Map());
    }
    this.#told({ ...state, phase: "ended" });
  }

  #hear(message) {
    for (const part of this.#parts) part.hear(message);
    switch (message.kind) {
      case "Welcomed": this.#welcomed(message); break;
      case "HallEntered": this.#entered(message); break;
      case "AvatarsEntered": this.#roster.came(message.avatars); break;
      case "AvatarsLeft": this.#roster.went(message.numbers); break;
      case "PoseBatch": this.#roster.moved(message).forEach((one) => this.#waved(one)); break;
      case "Correction": this.#roster.corrected(message); break;
      case "BoothsListed": this.#booths?.listed(message.booths); break;
      case "BoothEdited": this.#booths?.edited(message.card); break;
      case "Said": this.#chat.said(message.line); break;
      case "ChatRead": this.#chat.read(message.lines); break;
      case "BoothChatRead": this.#chat.read(message.lines); break;
      case "BoothsStaffed": this.#bells.do(({ signs }) => signs.listed(message)); break;
      case "BoothStaffed": this.#bells.do(({ signs }) => signs.told(message)); break;
      case "RingPlaced": this.#bells.do(({ own }) => own.placed(message), true); break;
      case "RingTold": this.#bells.do(({ own }) => own.told(message), true); break;
      case "BellTold": this.#bells.do(({ desk }) => desk.told(message), true); break;
      case "StaffTold":
        this.#bells.do(({ own, desk }) => { for (const one of [own, desk]) one.serves(message.booths); }, message.booths.length > 0);
        break;
      case "Announced": this.#announced.do((one) => one.told(message), true); break;
      case "SentOut": this.#sentOut(); break;
      case "BlockedTold": this.#blocked(message); break;
      case "SanctionTold": this.#decided(message); break;
      case "ReportsWaiting": case "AppealsWaiting": this.#decisions.do((one) => one.waits(message), true); break;
      case "Done":
        this.#chat.done(message);
        this.#decisions.do((one) => one.done(message));
        this.#bells.do(({ own, desk }) => { for (const one of [own, desk]) one.done(message); });
        break;
      case "Rejected": this.#rejected(message); break;
    }
    this.#moved = true;
  }

  /** A live session that is not for the reader has begun in the hall, or they are no more of those it is for. */
  #sentOut() {
    this.#link.leave();
    this.#told({ phase: "ended", code: 0, reason: "SENT_OUT" });
    if (document.querySelector("#live-session")) location.reload();  // nothing of it is shown any more
  }

  /** Makes what rings: whoever rings or is rung at, and how booths are staffed. */
  #hang({ OwnBell, Signs, StaffBell }, send) {
    const desk = new StaffBell(document.querySelector("#bell-news"), send);
    const news = (text, booth) => desk.news(text, booth);
    return { desk, own: new OwnBell(document.querySelector("#bell"), this.#page.booth, send, news), signs: new Signs() };
  }

  #decided(message) {
    this.#held = message.sanctions.length > 0;
    this.#decisions.do((one) => one.told(message), this.#held || message.lifted.length > 0);
  }

  /** Two of whom one has blocked the other do not see each other; what they say does not come. */
  #blocked({ hidden, mine }) {
    this.#roster.hidden = new Set(hidden);
    this.#chat.hide(this.#roster.hidden);
    this.#people.blocked(mine);
  }

  #welcomed(message) {
    this.#blocked({ hidden: [], mine: [] });
    this.#bells.do(({ desk }) => desk.cleared());
    this.#decided(UNDECIDED);
    const { hall, place } = this.#page;
    // Who was here before, or reads the hall after one of its booths, gets back the very place.
    const stays = message.last_hall === hall && (this.#me !== null || !place || this.#kept?.place === place);
    this.#me = message;
    this.#enter(stays ? "" : place);
  }

  #enter(place) {
    this.#entry = { id: newId(), place };
    this.#link.send(enterHall(this.#entry.id, this.#page.hall, place));
  }

  #entered(message) {
    this.#roster.entered(message);
    this.#stands = message;
    this.#greeted.clear();
    this.#inHall = true;
    this.#cameAt = Date.now();
    this.#chat.entered(this.#me.visit);
    if (this.#page.booth) this.#link.send(readBoothChat(newId(), this.#page.booth));
  }

  #rejected(message) {
    const { id, place } = this.#entry ?? {};
    if (!id || !same(id, message.request_id)) {
      this.#chat.rejected(message);
      this.#decisions.do((one) => one.rejected(message));
      this.#bells.do(({ own, desk }) => { for (const one of [own, desk]) one.rejected(message); });
    } else if (LATER.has(message.code)) setTimeout(() => this.#enter(place), message.retry_after_ms || LATER_MS);
    else {
      const reason = message.code === "FORBIDDEN" && this.#held ? "decided" : message.code;
      this.#link.leave();
      this.#told({ phase: "ended", code: 0, reason });
    }
  }

  /** Somebody began to wave: a greeting, when it is near enough to be meant. */
  #waved(one) {
    const now = Date.now();
    if (now - (this.#greeted.get(one.visit) ?? 0) < GREETED_MS) return;
    if (!this.#roster.near(this.#page.nearby).includes(one)) return;
    this.#greeted.set(one.visit, now);
    this.#chat.note(say("waves", { name: one.name }));
  }

  /** Waves for a moment, without a step. */
  #wave() {
    this.#stand(WAVE);
    clearTimeout(this.#waving);
    this.#waving = setTimeout(() => this.#stand(0), WAVE_MS);
  }

  #stand(act) {
    if (!this.#inHall) return;
    const [x, y] = this.#roster.place;
    const { z, heading } = this.#stands;
    this.#sequence += 1;
    this.#link.send(move(this.#sequence, x, y, Math.min(z, HIGHEST), heading, act));
  }

  /** At most four times a second, and only while somebody looks. */
  #draw() {
    if (!this.#moved || !this.#inHall || document.hidden) return;
    this.#moved = false;
    const now = Date.now();
    // Who else is here is told in portions: until they have come, each is shown at once.
    const settling = now - this.#cameAt < SETTLING_MS;
    this.#plan?.refresh();
    if (settling || now - this.#peopleAt >= PEOPLE_MS) {
      this.#peopleAt = now;
      this.#people.refresh();
      const count = document.querySelector("#count");
      const people = this.#roster.others().length + 1;
      if (count) count.textContent = count.matches("dd") ? number(people) : counted("there", people);
      if (this.#plan) this.#booths?.peopled(this.#plan.atBooths());
    } else this.#moved = true;
    if (settling || now - this.#toldAt >= TELL_MS) {
      this.#toldAt = now;
      const [others, near] = [this.#roster.others().length, this.#roster.near(this.#page.nearby).length];
      this.#told({ phase: "here", others, near });
    } else this.#moved = true;
  }
}
