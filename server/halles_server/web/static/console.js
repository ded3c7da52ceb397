// The hosts' page of a live session: steps, mode, who waits and speaks, chairs, materials. What is drawn is what the
// server told, whichever host did it.

import { offer, put, tell } from "./draw.js";
import { openPoll, sayCaption } from "./wire.js";
import { number, say } from "./words.js";

const KEYS = "halles-console-keys";

export class Console {
  #stage;
  #people = document.querySelector("#presenter");

  constructor(stage) {
    this.#stage = stage;
    const { session, acts } = stage;
    acts.says(document.querySelector("#caption"), (id, { language, text }) => sayCaption(id, session, language, text));
    acts.says(document.querySelector("#poll"), (id, fields) => pollOf(id, session, fields));
    for (const form of document.querySelectorAll("form[data-acts]")) {
      form.addEventListener("submit", (event) => {
        if (acts.act(new FormData(form, event.submitter).get("do"), event.submitter)) event.preventDefault();
      });
    }
    const modes = document.querySelector("#modes");
    modes.querySelector("button").hidden = true;
    // What is chosen is what the server says: until it has, the choice goes back.
    modes.onchange = (event) => {
      const before = modes.dataset.mode;
      if (!acts.act(event.target.value)) {
        modes.requestSubmit();
        return;
      }
      modes.querySelector(`[value="set-mode ${before}"]`).checked = true;
    };
    this.#shortcuts();
  }

  show(state, materials) {
    for (const one of document.querySelectorAll("[data-from]")) one.hidden = !one.dataset.from.split(" ").includes(state.phase);
    const modes = document.querySelector("#modes");
    modes.dataset.mode = state.mode;
    modes.querySelector(`[value="set-mode ${state.mode}"]`).checked = true;
    for (const [name, on] of [["freeze-chat", state.frozen], ["lock-door", state.locked]]) {
      offer(`${name}-on`, on);
      offer(`${name}-off`, !on);
    }
    for (const one of document.querySelectorAll('[value^="show "]')) {
      const [, screen] = one.value.split(" ");
      one.setAttribute("aria-pressed", String(screen === state.screen));
    }
    this.#pages(state, materials);
    this.#who(state);
  }

  #pages({ slide, film, screen }, materials) {
    materials.forEach((material, i) => {
      const row = document.querySelector(`[data-material="${i}"]`);
      if (!row) return;
      const shown = slide?.material === i;
      const page = shown ? slide.page : 0;
      row.classList.toggle("on", (shown && screen === "slides") || (film?.material === i && screen === "film"));
      if (material.pages.length) {
        put(row.querySelector("[data-page]"), `${number(page)} / ${number(material.pages.length)}`);
        turn(row.querySelector("[data-turn=back]"), i, page - 1, page > 1);
        turn(row.querySelector("[data-turn=on]"), i, page + 1, page < material.pages.length);
        const picture = row.querySelector("img");
        const address = `/media/${material.pages[Math.max(0, page - 1)]}`;
        if (picture.getAttribute("src") !== address) picture.src = address;
      } else {
        const plays = film?.material === i && film.playing;
        row.querySelector("[data-run=play]").hidden = plays;
        row.querySelector("[data-run=pause]").hidden = !plays;
      }
    });
  }

  /** Who can be made presenter: whoever waits, sits or speaks. */
  #who({ hands, chairs, floor, presenter }) {
    const known = new Map([...hands, ...chairs, ...floor].map(({ person }) => [person.key, person.name]));
    tell("presenter", presenter ? known.get(presenter) ?? say("presenter.other") : say("presenter.hosts"));
    const keys = [...known.keys()].join();
    if (this.#people.dataset.keys === keys) return;
    this.#people.dataset.keys = keys;
    const chosen = this.#people.value;
    this.#people.replaceChildren(this.#people.options[0], ...[...known].map(([key, name]) =>
      Object.assign(document.createElement("option"), { value: `make-presenter ${key}`, textContent: name })));
    this.#people.value = [...this.#people.options].some(({ value }) => value === chosen) ? chosen : this.#people.options[0].value;
  }

  #shortcuts() {
    const dialog = document.querySelector("#keys");
    const on = dialog.querySelector("input");
    on.checked = localStorage.getItem(KEYS) !== "off";
    on.onchange = () => localStorage.setItem(KEYS, on.checked ? "on" : "off");
    for (const one of document.querySelectorAll("[data-keys]")) {
      one.hidden = false;
      one.onclick = () => dialog.showModal();
    }
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input:not([type=radio]), textarea, select, dialog");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !on.checked) return;
      const wanted = event.key === "?" ? document.querySelector("[data-keys]")
        : document.querySelector(`[data-key-for="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!wanted || wanted.closest("[hidden]")) return;
      event.preventDefault();
      if (wanted.matches("button")) wanted.click();
      else wanted.focus();
    });
  }
}

function turn(button, material, page, possible) {
  button.value = `show-page ${material} ${Math.max(1, page)}`;
  button.disabled = !possible;
}

/** A poll in the one language in which its host writes it. */
function pollOf(id, session, { kind, results, language, text, options }) {
  const within = (words) => ["fr", "nl", "en"].map((code) => (code === language ? words.trim() : ""));
  const lines = options.split("\n").filter((one) => one.trim());
  return openPoll(id, session, kind, results, within(text), lines.map(within));
}
