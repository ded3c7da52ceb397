// What the stage's screen shows, on a page: a slide with its pointer, a film in sync with everybody's, captions.

import { keep, kept, say } from "./words.js";

const SLACK_MS = 250;
const LINES_CAP = 200;
const AT_END_PX = 40;
const CHOICE = "halles-captions";

/** Shows those of ``root`` whose ``data-when`` is ``name``; the focus goes on to what takes the place of its own. */
export function only(root, name) {
  const held = root.contains(document.activeElement);
  for (const one of root.querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== name;
  if (held && !document.activeElement?.offsetParent) root.querySelector("[data-when]:not([hidden]) button")?.focus();
}

export class Screen {
  #root = document.querySelector("#screen");
  #slide = this.#root.querySelector("[data-slide]");
  #video = this.#root.querySelector("[data-film]");
  #pointer = this.#root.querySelector("#pointer");
  #sound = this.#root.querySelector("#sound");
  #news = this.#root.querySelector("#film-news");
  #film = null;
  #length = Infinity;
  #now;

  /** ``now`` is Unix time by the server's clock, ms. */
  constructor(now) {
    this.#now = now;
    this.#video.controls = false;
    this.#video.muted = true;
    this.#sound.onclick = () => {
      this.#video.muted = !this.#video.muted;
      this.#sound.textContent = say(this.#video.muted ? "sound.on" : "sound.off");
    };
    this.#video.onwaiting = () => { if (this.#film?.playing) this.#news.textContent = say("film.late"); };
    this.#video.onplaying = () => { this.#news.textContent = ""; };
    setInterval(() => this.sync(), 500);
  }

  /** Where the film is, ms. */
  position() {
    if (!this.#film) return 0;
    const { playing, position_ms: from, at_ms: at } = this.#film;
    return Math.min(from + (playing ? Math.max(0, this.#now() - at) : 0), this.#length);
  }

  show(state, materials) {
    this.#root.dataset.shows = state.screen;
    only(this.#root, state.screen);
    if (state.screen !== "slides") this.#pointer.hidden = true;
    if (state.slide) this.#turn(state.slide, materials[state.slide.material]);
    this.#film = state.film;
    const film = state.film && materials[state.film.material];
    if (film) this.#load(film);
    this.sync();
  }

  point({ x, y, on }) {
    this.#pointer.hidden = !on || this.#root.dataset.shows !== "slides";
    this.#pointer.style.left = `${x / 100}%`;
    this.#pointer.style.top = `${y / 100}%`;
  }

  /** Puts the film where everybody's is: a viewer that has stalled catches up alone. */
  sync() {
    const video = this.#video;
    if (!this.#film || this.#root.dataset.shows !== "film" || !video.src || !video.readyState) return;
    const off = Math.abs(video.currentTime * 1000 - this.position());
    // While a seek is still under way another one would only delay it.
    if (off > SLACK_MS && !video.seeking) video.currentTime = this.position() / 1000;
    const ended = this.position() >= this.#length;
    if (this.#film.playing && !ended && video.paused) video.play().catch(() => {});  // until somebody asks for it
    if ((!this.#film.playing || ended) && !video.paused) video.pause();
  }

  #turn({ material, page }, document) {
    const media = document?.pages[page - 1];
    if (!media) return;
    const words = say("slide", { n: page, count: document.pages.length });
    const address = `/media/${media}`;
    if (this.#slide.getAttribute("src") !== address) {
      this.#slide.src = address;
      this.#slide.dataset.material = material;
      this.#slide.alt = [words, document.title].filter(Boolean).join(": ");
    }
    this.#root.querySelector("[data-is=slide]").textContent = words;
  }

  #load({ media, title, seconds }) {
    this.#length = seconds ? seconds * 1000 : Infinity;
    if (this.#video.src.includes(`/media/${media}`)) return;
    this.#video.src = `/media/${media}`;
    this.#video.setAttribute("aria-label", title);
    this.#video.load();
  }
}

export class Captions {
  #box = document.querySelector("#captions");
  #list = this.#box.querySelector("ol");
  #choice = document.querySelector("#caption-language");

  constructor() {
    this.#choice.closest("label").hidden = false;
    const own = this.#choice.querySelector("[data-own]").value;
    this.#choice.value = kept(CHOICE) ?? (this.#list.querySelector(`[lang=${own}]`) ? own : "");
    this.#choice.onchange = () => {
      keep(CHOICE, this.#choice.value);
      this.#choose();
    };
    this.#choose();
  }

  said({ number, language, text }) {
    if (this.#list.querySelector(`[data-caption="${number}"]`)) return;
    const atEnd = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < AT_END_PX;
    const row = document.createElement("li");
    row.lang = language;
    row.dataset.caption = number;
    row.textContent = text;
    this.#list.append(row);
    while (this.#list.childElementCount > LINES_CAP) this.#list.firstElementChild.remove();
    this.#choose(atEnd);
  }

  #choose(follow = true) {
    const wanted = this.#choice.value;
    for (const row of this.#list.children) row.hidden = Boolean(wanted) && row.lang !== wanted;
    this.#box.hidden = wanted === "none" || !this.#list.childElementCount;
    if (follow) this.#box.scrollTop = this.#box.scrollHeight;
  }
}
