// What the live parts say, as the template wrote it in the reader's language.

const lang = document.documentElement.lang;
const rules = new Intl.PluralRules(lang);
const numbers = new Intl.NumberFormat(lang);

const phrases = new Map(
  [...document.querySelectorAll("#words, template.words")].flatMap((one) => [...one.content.children])
    .map((one) => [one.dataset.word, one.textContent]),
);

/** Returns a phrase with its values; "" for one that the page does not have. */
export function say(key, values = {}) {
  return (phrases.get(key) ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Returns the phrase for so many, as the language counts. */
export function counted(key, n) {
  return say(`${key}.${rules.select(n) === "one" ? "one" : "other"}`, { n: numbers.format(n) });
}

/** Returns what this browser keeps under a name; null for nothing. */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps something; without storage it holds for this page. */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Chosen anew on each page.
  }
}

export const number = (n) => numbers.format(n);

const written = { fr: (h, m) => `${h}\u00a0h\u00a0${m}`, nl: (h, m) => `${h}.${m}\u00a0uur`, en: (h, m) => `${h}:${m}` };

/** Writes an hour of a zone as the server writes it (``dates.py``). */
export function hourIn(ms, timeZone) {
  const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const [hour, minute] = new Date(ms).toLocaleTimeString("en-GB", how).split(":");
  return written[lang](Number(hour), minute);
}

/** Writes a day as well. */
export function momentIn(ms, timeZone) {
  const day = new Date(ms).toLocaleDateString(lang.replace("en", "en-GB"), { day: "numeric", month: "short", timeZone });
  return `${day}, ${hourIn(ms, timeZone)}`;
}
