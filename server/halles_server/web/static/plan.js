// People as dots on the hall's plan: one path for all of them, so that an update touches one element.

const CM_PER_UNIT = 10;
const REACH = 30;  // units: who stands so near to where a booth's visitors stand is at that booth

export class LivePlan {
  #svg;
  #dots;
  #you;
  #shift;
  #roster;
  #fronts;
  #centred = false;

  constructor(svg, roster) {
    this.#svg = svg;
    this.#dots = svg.querySelector(".people");
    this.#you = svg.querySelector(".you");
    this.#shift = svg.dataset.shift.split(" ").map(Number);
    this.#roster = roster;
    this.#fronts = [...svg.querySelectorAll("[data-front]")].map((one) => ({
      slot: one.dataset.slot,
      at: one.dataset.front.split(" ").map(Number),
    }));
  }

  /** Draws everybody where they are now. */
  refresh() {
    const dots = this.#roster.others().map((one) => `M${this.#point(one.x, one.y).join(" ")}h.01`);
    this.#dots.setAttribute("d", dots.join(""));
    if (!this.#roster.place) return;
    const [x, y] = this.#point(...this.#roster.place);
    this.#you.setAttribute("transform", `translate(${x} ${y})`);
    this.#you.removeAttribute("hidden");
    if (!this.#centred) this.#centre(x);
  }

  /** Returns how many people stand at each booth, by slot, oneself included. */
  atBooths() {
    const counts = new Map();
    for (const one of this.#roster.places()) {
      const [x, y] = this.#point(...one);
      const far = ({ at }) => Math.hypot(at[0] - x, at[1] - y);
      const nearest = this.#fronts.reduce((best, front) => (far(front) < far(best) ? front : best), this.#fronts[0]);
      if (nearest && far(nearest) <= REACH) counts.set(nearest.slot, (counts.get(nearest.slot) ?? 0) + 1);
    }
    return counts;
  }

  /** Nobody is drawn any more. */
  clear() {
    this.#dots.setAttribute("d", "");
    this.#you.setAttribute("hidden", "");
    this.#centred = false;
  }

  /** Where the plan is wider than the window, moves it once so that one's own place is in its middle. */
  #centre(x) {
    const pan = this.#svg.parentElement;
    const wide = this.#svg.getBoundingClientRect().width;
    const { x: left, width } = this.#svg.viewBox.baseVal;
    pan.scrollLeft = ((x - left) / width) * wide - pan.clientWidth / 2;
    this.#centred = true;
  }

  /** The drawing lies on its side: north goes right, east goes down. */
  #point(x, y) {
    return [Math.round(y / CM_PER_UNIT + this.#shift[0]), Math.round(x / CM_PER_UNIT + this.#shift[1])];
  }
}
