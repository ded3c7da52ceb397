// Drawing into what the template has made: texts, choices, and rows by their keys.

/** Writes seconds as "0:42" or "1:05:00", with a minus beyond the end. */
export function clock(s) {
  const two = (n) => String(n).padStart(2, "0");
  const [all, sign] = [Math.abs(s), s < 0 ? "−" : ""];
  const minutes = Math.floor(all / 60);
  return `${sign}${minutes < 60 ? minutes : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`}:${two(all % 60)}`;
}

export const put = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };

/** Draws rows by their keys: what stays is the same element, so that a focus in it stays as well. */
export function fill(name, rows) {
  const list = document.querySelector(`[data-list=${name}]`);
  if (!list) return;
  const template = document.querySelector(`template[data-row=${name}]`).content.firstElementChild;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const before = new Map([...list.children].map((one) => [one.dataset.key, one]));
  let last = null;
  for (const { key, ...fields } of rows) {
    const row = before.get(key) ?? made(template, key);
    before.delete(key);
    for (const [field, value] of Object.entries(fields)) {
      for (const one of row.querySelectorAll(`[data-f=${field}]`)) put(one, value);
    }
    const timer = row.querySelector("[data-clock]");
    if (timer) [timer.dataset.since, timer.dataset.until] = [fields.since, fields.until];
    if ("state" in fields) stated(row, fields.state);
    if ("lang" in fields) row.querySelector("[data-f=text]").lang = fields.lang;
    const next = last ? last.nextElementSibling : list.firstElementChild;
    if (next !== row) list.insertBefore(row, next);
    last = row;
  }
  for (const gone of before.values()) gone.remove();
  if (focused && list.contains(focused)) focused.focus({ preventScroll: true });  // a row that is moved loses it
  if (focused && !list.contains(document.activeElement)) {
    list.tabIndex = -1;
    list.focus({ preventScroll: true });
  }
  const empty = document.querySelector(`[data-empty=${name}]`);
  if (empty) empty.hidden = rows.length > 0;
}

/** Shows of a row what fits its state. */
function stated(row, state) {
  row.dataset.state = state;
  for (const one of row.querySelectorAll("[data-for]")) one.hidden = !one.dataset.for.split(" ").includes(state);
}

function made(template, key) {
  const row = template.cloneNode(true);
  row.dataset.key = key;
  for (const one of row.querySelectorAll("button[value]")) one.value = one.value.replace("{key}", key);
  for (const one of row.querySelectorAll("a[href]")) one.href = one.getAttribute("href").replace("{key}", encodeURIComponent(key));
  for (const one of row.querySelectorAll("[id]")) one.id = one.id.replace("{key}", key);
  return row;
}

/** Sets the texts and the choices of what the page says about the whole. */
export const tell = (name, text) => {
  for (const one of document.querySelectorAll(`[data-is=${name}]`)) put(one, text);
};
export const offer = (name, on) => {
  for (const one of document.querySelectorAll(`[data-if=${name}]`)) one.hidden = !on;
};
