// Uploads: sends a chosen or dropped file in pieces that can be taken up again, and says how far it is.
"use strict";
{
  const LEAST = 256 * 1024;
  const MOST = 4 * 1024 * 1024;
  const TRIES = 20;
  const BEGIN = "/api/uploads";
  const QUIET_MS = 300; // nothing moves for what comes at once
  const LANGUAGE = document.documentElement.lang;

  const measured = (unit, digits) => new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, minimumFractionDigits: digits, maximumFractionDigits: digits });
  const KB = measured("kilobyte", 0);
  const MB = measured("megabyte", 1);

  // As the pages write sizes: under a megabyte in kilobytes, rounded up, with no break before the unit.
  const sized = (bytes) => {
    const kilobytes = Math.ceil(bytes / 1000);
    const written = kilobytes < 1000 ? KB.format(kilobytes) : MB.format(bytes / 1e6);
    return written.replace(/\s(?=\D+$)/, LANGUAGE === "fr" ? "\u202f" : "\u00a0");
  };

  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

  class Refused extends Error {
    constructor(said) { super(said.code); this.said = said; }
  }

  class Upload {
    constructor(box) {
      this.box = box;
      this.value = box.querySelector("input[type=hidden]");
      this.file = box.querySelector("input[type=file]");
      this.now = box.querySelector(".upload-now");
      this.drop = box.querySelector(".upload-drop");
      this.way = box.querySelector(".upload-way");
      this.bar = box.querySelector("progress");
      this.sending = box.querySelector("[data-said=sending]");
      this.checking = box.querySelector("[data-said=checking]");
      this.status = box.querySelector("[role=status]");
      this.pattern = this.sending.textContent;
      this.drop.hidden = false;
      this.file.addEventListener("change", () => { if (this.file.files.length) this.send(this.file.files[0]); });
      this.way.querySelector("button").addEventListener("click", () => this.stop());
      for (const kind of ["dragenter", "dragover"]) box.addEventListener(kind, (event) => this.over(event, true));
      for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, (event) => this.over(event, false));
    }

    over(event, inside) {
      event.preventDefault();
      this.drop.classList.toggle("over", inside);
      if (event.type === "drop" && event.dataTransfer.files.length) this.send(event.dataTransfer.files[0]);
    }

    async send(file) {
      this.stop();
      const stopper = new AbortController();
      this.stopper = stopper;
      this.place = "";
      this.show("sending", 0, file.size, 0);
      try {
        const ready = await this.pieces(file, stopper.signal);
        if (ready.state !== "ready") throw new Refused(ready);
        this.hang(ready.media);
      } catch (error) {
        if (this.stopper === stopper) this.refuse(error instanceof Refused ? error.said : { code: "", text: "" });
      }
      if (this.stopper === stopper) this.end();
    }

    async pieces(file, signal) {
      let said = await this.ask("POST", BEGIN, signal, JSON.stringify({ booth: this.box.dataset.booth, kind: this.box.dataset.upload, size: file.size }));
      this.place = `${BEGIN}/${said.id}`;
      const began = performance.now();
      let size = LEAST;
      while (said.state === "receiving") {
        const piece = file.slice(said.received, said.received + size);
        const last = said.received + piece.size === file.size;
        const left = (performance.now() - began) / 1000 / Math.max(1, said.received) * (file.size - said.received);
        this.show(last && said.received ? "checking" : "sending", said.received, file.size, said.received ? left : 0);
        const sent = performance.now();
        said = await this.ask("PUT", this.place, signal, piece, said.received);
        const took = performance.now() - sent;
        if (!last) size = took < 1000 ? Math.min(MOST, size * 2) : took > 4000 ? Math.max(LEAST, size / 2) : size;
      }
      return said;
    }

    // Asks until there is an answer that counts: a broken line is taken up where the server says it is.
    async ask(method, place, signal, body, offset) {
      const headers = { "x-halles-form": this.box.dataset.form, "accept-language": document.documentElement.lang };
      if (offset !== undefined) headers["upload-offset"] = String(offset);
      for (let tried = 1; ; tried += 1) {
        let pause = 500 * tried;
        try {
          const answer = await fetch(place, { method, body, headers, signal });
          if (answer.ok) return await answer.json();
          if (answer.status === 429 || answer.status === 503) pause = 1000 * (Number(answer.headers.get("retry-after")) || 1);
          else if (answer.status !== 409 || offset === undefined) throw new Refused(await answer.json());
        } catch (error) {
          if (error instanceof Refused || signal.aborted || tried >= TRIES) throw error;
        }
        if (tried >= TRIES) throw new Refused({ code: "", text: "" });
        await wait(pause);
        if (offset !== undefined) {
          const state = await fetch(place, { signal, headers: { "accept-language": document.documentElement.lang } }).then((answer) => (answer.ok ? answer.json() : null), () => null);
          if (state && (state.received !== offset || state.state !== "receiving")) return state;
        }
      }
    }

    show(state, received, size, left) {
      this.way.hidden = false;
      this.status.textContent = "";
      for (const text of this.box.querySelectorAll("[data-code], .detail")) text.hidden = true;
      this.sending.hidden = state !== "sending";
      this.checking.hidden = state !== "checking";
      if (state === "checking") this.bar.removeAttribute("value");
      else this.bar.value = 100 * received / size;
      const words = { n: sized(received), m: sized(size), s: String(Math.ceil(left)) };
      this.sending.textContent = this.pattern.replace(/\{([nms])\}/g, (_, key) => words[key]);
    }

    hang(media) {
      const shown = this.now.querySelector("img, a");
      shown[shown.tagName === "IMG" ? "src" : "href"] = `/media/${media}`;
      this.now.hidden = false;
      this.status.textContent = this.status.dataset.ready;
      this.value.value = media;
      this.value.dispatchEvent(new Event("change", { bubbles: true }));
    }

    refuse(said) {
      const texts = [...this.box.querySelectorAll("[data-code]")];
      const code = said.said ? "told" : said.code === "OVER_BUDGET" ? "TOO_LARGE" : said.code;
      const text = texts.find((one) => one.dataset.code === code) || texts.find((one) => one.dataset.code === "");
      const detail = this.box.querySelector(".detail");
      this.box.querySelector("[data-told]").textContent = said.said || "";
      detail.querySelector("[lang]").textContent = said.text || "";
      detail.hidden = !said.text || code !== "UNREADABLE" && code !== "TOO_LARGE";
      text.hidden = false;
    }

    stop() {
      if (!this.stopper) return;
      this.stopper.abort();
      if (this.place) fetch(this.place, { method: "DELETE", headers: { "x-halles-form": this.box.dataset.form } }).catch(() => {});
      this.end();
      this.status.textContent = this.status.dataset.stopped;
    }

    end() {
      this.stopper = null;
      this.file.value = "";
      this.way.hidden = true;
    }
  }

  // A file that goes with its form: our button instead of the browser's, which speaks the browser's language.
  const pick = (box) => {
    const file = box.querySelector("input[type=file]");
    const drop = box.querySelector(".upload-drop");
    const picked = box.querySelector("[data-busy]");
    const progress = box.querySelector("progress");
    let waiting = 0;
    const say = () => {
      picked.textContent = file.files.length ? `${file.files[0].name}, ${sized(file.files[0].size)}` : "";
    };
    const begin = () => {
      waiting = setTimeout(() => {
        picked.textContent = picked.dataset.busy;
        progress.hidden = false;
      }, QUIET_MS);
    };
    file.form.addEventListener("submit", begin);
    // Who comes back to this page finds it as it was before they sent the file.
    addEventListener("pageshow", () => { clearTimeout(waiting); progress.hidden = true; say(); });
    file.className = "hidden";
    for (const part of drop.querySelectorAll("[hidden]")) part.hidden = false;
    file.addEventListener("change", say);
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", kind.startsWith("drage") || kind === "dragover");
        if (kind !== "drop" || !event.dataTransfer.files.length) return;
        file.files = event.dataTransfer.files;
        say();
      });
    }
    say();
  };

  for (const box of document.querySelectorAll(".pick")) pick(box);
  for (const form of document.querySelectorAll(".upload-alone")) form.hidden = false;
  for (const box of document.querySelectorAll("[data-upload]")) new Upload(box);
}
