// What the studio's forms gain with a script: counts while one types, a word on what is not saved yet, and saving
// behind one's back when one leaves a field. Without it every form works all the same.
"use strict";

const form = document.getElementById("slot-form");

if (form && form.querySelector("[data-cap]")) {
  const unsaved = document.getElementById("unsaved");
  const status = document.getElementById("status");
  const clash = document.getElementById("clash");
  const number = new Intl.NumberFormat({ fr: "fr-BE", nl: "nl-BE", en: "en-GB" }[document.documentElement.lang]);
  let dirty = false;
  let sending = false;
  let again = false;
  let asked = 0;

  const count = (field) => {
    const place = field.closest(".field").querySelector("[data-count]");
    if (!place) return;
    const used = [...field.value.replace(/\r\n?/g, "\n").trim()].length;
    place.textContent = `${number.format(used)} / ${number.format(Number(field.dataset.cap))}`;
    place.classList.toggle("over", used > Number(field.dataset.cap));
    field.closest(".field").classList.toggle("missing", used === 0);
  };

  // What stands around the form and under its fields: what is written, what it weighs, what publishing waits for.
  const refresh = async () => {
    asked += 1;
    const mine = asked;
    const answer = await fetch(`${location.pathname}?part=around`, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || mine !== asked) return;
    for (const part of fresh.querySelectorAll("[data-around]")) {
      const old = document.querySelector(`[data-around="${part.dataset.around}"]`);
      // Nobody's focus is taken away, nor a form that they have opened; the next saving brings it.
      const held = old && (old.contains(document.activeElement) || old.querySelector("details[open]"));
      if (old && !held) old.replaceWith(document.importNode(part, true));
    }
  };

  // Somebody else has changed the same: that must not wait until one presses the button.
  const warn = () => {
    if (!clash.childElementCount) clash.append(document.getElementById("clash-said").content.cloneNode(true));
  };

  // What a form that is saved no longer says of one that was not.
  const settle = () => {
    clash.replaceChildren();
    document.getElementById("problems")?.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  };

  const save = async () => {
    again = sending;
    if (sending || !dirty || form.querySelector(".over")) return;
    sending = true;
    dirty = false;
    asked += 1;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      const said = answer.headers.get("content-type") === "application/json" ? await answer.json() : {};
      if (!answer.ok) throw new Error(said.done);
      settle();
      for (const field of document.querySelectorAll("input[data-revision]")) {
        // A form that still shows what others have changed meanwhile goes on from what it has shown.
        if (said.done !== "merged" || !form.contains(field)) field.value = said.revision;
        if (said.done === "merged" && form.contains(field)) field.removeAttribute("data-revision");
      }
      status.textContent = said.done === "merged" ? form.dataset.merged : form.dataset.saved;
      status.classList.toggle("past", dirty);
      if (said.done !== "same") dispatchEvent(new CustomEvent("halles:saved", { detail: said.revision }));
      if (!dirty) unsaved.textContent = "";
      refresh().catch(() => {});  // saved it is all the same
    } catch (error) {
      dirty = true;
      unsaved.textContent = form.dataset.failed;
      if (error.message === "conflict") warn();
    }
    sending = false;
    if (again) save();
  };

  const touched = () => {
    dirty = true;
    status.classList.add("past"); // it keeps its place, so that nothing moves under who types
    unsaved.textContent = form.dataset.unsaved;
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return; // what counts is the hidden field, which changes once the file is ready
    touched();
    if (event.target.dataset.cap) count(event.target);
  });
  // A moment later: who leaves a field for the button sends the form itself.
  let timer = 0;
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") return;
    if (event.target.type === "hidden") touched();
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  form.addEventListener("submit", () => { clearTimeout(timer); dirty = false; });
}
