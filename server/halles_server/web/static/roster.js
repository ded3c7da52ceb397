// Who is in the hall and where: values only, nothing of the page. Places are the wire's centimetres.

import { readFar, readNear } from "./poses.js";

const FAR_SLACK = 2;
const WAVE = 1;

export class Roster {
  people = new Map();
  own = 0;
  hidden = new Set();  // whom one has blocked, or who has blocked one

  /** Begins anew in a hall, where this page's own avatar bears a number. */
  entered({ number, x, y }) {
    this.people.clear();
    this.own = number;
    this.place = [x, y];
  }

  /** Takes cards of those who came in. */
  came(avatars) {
    for (const one of avatars) {
      this.people.set(one.number, {
        number: one.number, visit: one.visit, name: one.name, role: one.role, language: one.language, bot: one.bot,
        coat: one.look.coat, x: one.x, y: one.y, gesture: 0,
      });
      if (one.number === this.own) this.place = [one.x, one.y];
    }
  }

  /** Forgets those who left. */
  went(numbers) {
    for (const number of numbers) this.people.delete(number);
  }

  /** Takes a pose batch, in which one's own avatar may be, a little behind; returns those who begin to wave. */
  moved({ near, far }) {
    const waving = [];
    readNear(near, (number, x, y, gesture) => {
      const known = this.people.get(number);
      if (known && number !== this.own && gesture === WAVE && known.gesture !== WAVE) waving.push(known);
      if (known) known.gesture = gesture;
      this.#put(number, x, y);
    });
    readFar(far, (number, x, y, unit) => {
      const known = this.people.get(number);
      // A finer place that the slice does not contradict is kept, so that nobody twitches who stands.
      if (known && Math.max(Math.abs(known.x - x), Math.abs(known.y - y)) * FAR_SLACK > unit) this.#put(number, x, y);
    });
    return waving;
  }

  /** The server says that one's own avatar stands elsewhere. */
  corrected({ x, y }) {
    this.place = [x, y];
  }

  /** Everybody but this page's own avatar. */
  others() {
    return [...this.people.values()].filter((one) => one.number !== this.own && !this.hidden.has(one.visit));
  }

  /** Where everybody stands, oneself included. */
  places() {
    return [...this.others().map((one) => [one.x, one.y]), ...(this.place ? [this.place] : [])];
  }

  /** Those within so many metres of one's own place. */
  near(metres) {
    if (!this.place) return [];
    const [x, y] = this.place;
    return this.others().filter((one) => Math.hypot(one.x - x, one.y - y) <= metres * 100);
  }

  #put(number, x, y) {
    const known = this.people.get(number);
    if (known && number !== this.own) [known.x, known.y] = [x, y];
  }
}
