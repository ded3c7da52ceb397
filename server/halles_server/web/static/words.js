// What the live parts say: the template wrote each phrase in the reader's language, with the places for values.

const lang = document.documentElement.lang;
const rules = new Intl.PluralRules(lang);
const numbers = new Intl.NumberFormat(lang);
const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });

const phrases = new Map(
  [...(document.querySelector("#words")?.content.children ?? [])].map((one) => [one.dataset.word, one.textContent]),
);

/** Returns a phrase with its values; "" for one that the page does not have. */
export function say(key, values = {}) {
  return (phrases.get(key) ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Returns the phrase for so many, as the language counts. */
export function counted(key, n) {
  return say(`${key}.${rules.select(n) === "one" ? "one" : "other"}`, { n: numbers.format(n) });
}

export const number = (n) => numbers.format(n);
export const hourIn = (ms, timeZone) => new Date(ms).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone });
export const hour = (ms) => clock.format(new Date(ms));
