// The draft's picture in the studio: how long it takes is shown, and after a save a newer one takes its place, the old
// one staying until that is there. Without a script the picture comes all the same.
"use strict";

const picture = document.getElementById("picture");

if (picture) {
  const QUIET_MS = 300; // nothing moves for what comes at once
  const APART_MS = 4000; // between two pictures: each takes a core of the server for seconds
  const status = document.getElementById("picture-status");
  const progress = document.getElementById("picture-progress");
  let busy = false;
  let again = "";
  let asked = performance.now();
  let timer = 0;
  let waiting = 0;

  const show = (text, drawing) => {
    clearTimeout(waiting);
    const put = () => {
      status.textContent = text;
      progress.hidden = !drawing;
    };
    if (drawing) waiting = setTimeout(put, QUIET_MS);
    else put();
  };

  const settled = (text) => {
    busy = false;
    show(text, false);
    if (again) plan(again);
  };

  const draw = (revision) => {
    busy = true;
    again = "";
    asked = performance.now();
    show(status.dataset.drawing, true);
    const next = new Image();
    next.onload = () => {
      picture.src = next.src;
      picture.hidden = false;
      settled(status.dataset.drawn);
    };
    next.onerror = () => settled(status.dataset.failed);
    next.src = `${picture.dataset.from}?of=${encodeURIComponent(revision)}`;
  };

  const plan = (revision) => {
    again = String(revision);
    clearTimeout(timer);
    if (!busy) timer = setTimeout(() => draw(again), Math.max(0, asked + APART_MS - performance.now()));
  };

  const missing = () => {
    picture.hidden = true;
    settled(status.dataset.failed);
  };

  addEventListener("halles:saved", (event) => plan(event.detail));
  if (!picture.complete) {
    busy = true;
    show(status.dataset.drawing, true);
    picture.addEventListener("load", () => settled(status.dataset.drawn), { once: true });
    picture.addEventListener("error", missing, { once: true });
  } else if (!picture.naturalWidth) {
    missing();
  }
}
