// Pointing at the slide, for whoever presents: with a mouse, a finger, or the arrow keys on the button.

import { pointAt } from "./wire.js";

const WHOLE = 10_000;
const STEP = 200;
const GAP_MS = 100;  // the server drops what comes within 40 ms of the last; that one may have been late
const ARROWS = new Map([["ArrowLeft", [-1, 0]], ["ArrowRight", [1, 0]], ["ArrowUp", [0, -1]], ["ArrowDown", [0, 1]]]);

export class Pointing {
  #stage;
  #box = document.querySelector("#screen .shown-now");
  #button;
  #on = false;
  #at = [WHOLE / 2, WHOLE / 2];
  #waiting = 0;

  constructor(stage, button) {
    [this.#stage, this.#button] = [stage, button];
    this.#button.onkeydown = (event) => this.#key(event);
    this.#box.addEventListener("pointermove", (event) => this.#follow(event));
    this.#box.addEventListener("pointerdown", (event) => this.#follow(event));
    this.#box.addEventListener("pointerleave", () => this.#on && this.#hide());
  }

  /** Begins or ends it. */
  turn(on = !this.#on) {
    if (on === this.#on) return;
    this.#on = on;
    this.#button.setAttribute("aria-pressed", String(on));
    this.#box.classList.toggle("pointing", on);
    if (on) this.#tell();
    else this.#hide();
  }

  #follow(event) {
    if (!this.#on) return;
    const { left, top, width, height } = this.#box.getBoundingClientRect();
    this.#move((WHOLE * (event.clientX - left)) / width, (WHOLE * (event.clientY - top)) / height);
  }

  #key(event) {
    const step = ARROWS.get(event.key);
    if (event.key === "Escape" && this.#on) this.turn(false);
    else if (step && this.#on) this.#move(this.#at[0] + STEP * step[0], this.#at[1] + STEP * step[1]);
    else return;
    event.preventDefault();
  }

  #move(x, y) {
    this.#at = [x, y].map((one) => Math.round(Math.min(Math.max(one, 0), WHOLE)));
    // The last place of a movement is told as well, a moment later.
    this.#waiting ||= setTimeout(() => this.#tell(), GAP_MS);
  }

  #tell() {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    if (this.#on) this.#stage.send(pointAt(this.#stage.session, ...this.#at, true));
  }

  #hide() {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    this.#stage.send(pointAt(this.#stage.session, ...this.#at, false));
  }
}
