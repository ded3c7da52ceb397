// What HTML alone cannot do: a key for the search field, copying, and lighting a booth in list and plan at once.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const field = [...document.querySelectorAll("#go, #q")].find((found) => found.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

const light = (event, on) => {
  const slot = event.target.closest("[data-slot]");
  if (!slot) return;
  for (const twin of document.querySelectorAll(`[data-slot="${CSS.escape(slot.dataset.slot)}"]`)) {
    twin.classList.toggle("lit", on);
  }
};
for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, (event) => light(event, true));
for (const kind of ["mouseout", "focusout"]) document.addEventListener(kind, (event) => light(event, false));

// The button says how many pieces of information it gives: the name, and each box that is ticked.
for (const button of document.querySelectorAll("[data-count-1]")) {
  const boxes = [...button.form.querySelectorAll("input[type=checkbox]:not(:disabled)")];
  const say = () => { button.textContent = button.getAttribute(`data-count-${1 + boxes.filter((box) => box.checked).length}`); };
  button.form.addEventListener("change", say);
  say();
}

// Where one is in a row that scrolls sideways must be seen.
for (const here of document.querySelectorAll(".booth-ways [aria-current], .slots [aria-current]")) {
  const row = here.closest("ul, nav");
  row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

// Hours are those of the show; where the reader's clock shows another one, it is said beside them.
for (const span of document.querySelectorAll("[data-zone]")) {
  const start = new Date(span.dataset.start);
  const language = document.documentElement.lang;
  const day = (timeZone) => start.toLocaleDateString(language, { timeZone });
  const clock = (timeZone) => start.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  const sameDay = day(span.dataset.zone) === day();
  if (sameDay && clock(span.dataset.zone) === clock()) continue;
  const note = document.createElement("span");
  note.className = "sub";
  const weekday = sameDay ? "" : `${start.toLocaleDateString(language, { weekday: "short" })} `;
  const [hour, minute] = clock().split(":");
  const own = { fr: `${Number(hour)}\u00a0h\u00a0${minute}`, nl: `${Number(hour)}.${minute}\u00a0uur` }[language] || `${Number(hour)}:${minute}`;
  note.textContent = ` (${span.dataset.yours.replace("{}", weekday + own)})`;
  span.append(note);
}
