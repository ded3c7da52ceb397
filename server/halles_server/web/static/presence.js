// Being present is the reader's own act: this strip offers it, says who sees one, and takes it back. The live parts are
// loaded only then. A ticket is in memory only; the token that leads back to a visit lies in the tab's own storage from
// one page to the next, never while a page is open.

import { counted, momentIn, number, say } from "./words.js";

const KEPT = "halles-visit";
const DEVICE = "halles-device=";
const DEVICE_S = 30 * 24 * 3600;
const SECOND_MS = 1000;
const ENDED = new Map([
  [4400, "version"], [1002, "version"], [1003, "version"], [1009, "version"], [4406, "version"], [4401, "ticket"],
  [4403, "removed"], [4409, "replaced"], [4429, "fast"], [1013, "busy"],
]);
const OF_TICKET = new Map([[403, "stale"], [422, "ticket"], [429, "crowd"]]);
const OF_NAME = new Set(["NAME_TAKEN", "INVALID_TEXT"]);

const find = (id) => document.getElementById(id);
const [strip, standing, waiting, form, live] = ["strip", "standing", "waiting", "arrive", "live"].map(find);
const [begin, hasten, end] = ["be-present", "try-now", "step-back"].map(find);
const outside = [...standing.cloneNode(true).childNodes];
const { world, hall, place, booth, standsAt: slot, nearby, coats } = form.dataset;
const page = { world, hall, place, booth, nearby: Number(nearby) };
const isGuest = "name" in form.elements;

const rings = find("come-and-ring");

let visit = null;
let ticking = 0;
let ringing = false;  // who asked to ring before being present rings once they are

// --- what the strip shows -----------------------------------------------------------------------------------------

function show(state, title, text) {
  clearInterval(ticking);
  const lively = [strip, live, ...document.querySelectorAll("[data-live], [data-apart]")];
  const focused = lively.some((one) => one.contains(document.activeElement));
  strip.dataset.state = state;
  const present = state !== "outside";
  [begin.hidden, end.hidden, hasten.hidden, waiting.hidden] = [present, !present, state !== "lost", state !== "lost"];
  form.hidden = true;
  if (state !== "lost") live.hidden = state !== "here";
  for (const one of document.querySelectorAll("[data-live]")) one.hidden = live.hidden;
  for (const one of document.querySelectorAll("[data-apart]")) one.hidden = !live.hidden;
  if (title) tell(title, text);
  if (focused && !document.activeElement?.offsetParent) (present ? end : begin).focus();
}

/** The strip is a live region: what has not changed is not said again. */
function tell(title, text) {
  const bold = document.createElement("b");
  bold.textContent = title;
  const more = document.createElement("span");
  more.textContent = text;
  if (standing.textContent.trim() !== `${title} ${text}`.trim()) standing.replaceChildren(bold, " ", more);
}

function count(retryAt) {
  const left = Math.max(0, Math.ceil((retryAt - Date.now()) / SECOND_MS));
  waiting.textContent = left ? say("retry", { n: number(left) }) : say("trying");
}

const SHOWN = {
  coming: () => show("coming", say("coming"), ""),
  here({ others, near }) {
    const n = booth ? near : others;
    const who = n ? counted(booth ? "near-you" : "see-you", n) : say(booth ? "alone-here" : "alone");
    show("here", booth ? say("here-booth", { slot }) : say("here-hall"), who);
    if (ringing) ring();
  },
  waiting({ retryAt, kept }) {
    show("lost", say("lost"), kept ? say("kept", { n: number(kept) }) : "");
    count(retryAt);
    ticking = setInterval(() => count(retryAt), SECOND_MS);
  },
  ended({ code, reason, text = "", wait = 0 }) {
    visit = null;
    ringing = false;
    const when = wait ? momentIn(Date.now() + wait) : "";
    const known = code === 4403 && !text ? "" : reason;  // who only shares an address is told no reason
    const why = say(`ended.${known || ENDED.get(code) || "trouble"}`, { when, why: text }) || say("ended.trouble");
    show("outside");
    standing.replaceChildren(...outside.map((one) => one.cloneNode(true)));
    if (OF_NAME.has(reason) && isGuest) ask(say(`name.${reason}`));
    else if (code || reason) tell(why, say("unseen"));
  },
};

// --- coming in ----------------------------------------------------------------------------------------------------

const refused = (reason) => Object.assign(new Error(reason), { reason });

/** An account's way in: a ticket for the form that this page holds, answered as data. */
async function ticket() {
  const body = new URLSearchParams(new FormData(form));
  const headers = { accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body, headers, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) throw refused(OF_TICKET.get(answer?.status) ?? "trouble");
  const given = await answer.json();
  return { way: "ticket", secret: given.ticket, name: "", language: document.documentElement.lang, device: device() };
}

/** A guest's way in: a name, and a coat by chance. */
async function guest(name) {
  const look = [Math.floor(Math.random() * Number(coats))];
  return { way: "guest", secret: "", name, language: document.documentElement.lang, look, device: device() };
}

/** What this browser is known by from its first coming in: at random, and told to nobody but this server. */
function device() {
  const known = document.cookie.split("; ").find((one) => one.startsWith(DEVICE))?.slice(DEVICE.length);
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${DEVICE}${made}; path=/; max-age=${DEVICE_S}; samesite=lax${secure}`;
  return made;
}

async function come(credentials, kept = null) {
  if (visit) return;
  visit = { leave() { visit = null; SHOWN.ended({}); }, hasten() {}, release: () => kept };
  const opening = visit;
  SHOWN.coming();
  try {
    const { Visit, shownOf } = await import("./live.js");
    const shown = await shownOf(page);
    if (visit !== opening) return;
    visit = new Visit({ page, kept, credentials, told: (state) => SHOWN[state.phase](state), ...shown });
    visit.begin();
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    SHOWN.ended({ reason: "trouble" });
  }
}

/** Asks a guest's name, and says what was wrong with the last one. */
function ask(problem = "") {
  const field = form.elements.name;
  const words = find("arrive-problem");
  form.hidden = false;
  begin.hidden = true;
  words.textContent = problem;
  words.hidden = !problem;
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  field.focus();
}

/** Rings with the bell's own button, unless it is hidden from who answers it. */
function ring() {
  const bell = document.querySelector("[data-ring=ring]");
  ringing = false;
  if (!bell.offsetParent) return;
  bell.focus({ preventScroll: true });
  bell.click();
}

function forget() {
  ringing = false;
  form.hidden = true;
  begin.hidden = false;
  begin.focus();
}

// --- from page to page --------------------------------------------------------------------------------------------

/** Takes what the page before left: once, and only while the server keeps the place. */
function takeKept() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    return kept && kept.until > Date.now() ? kept : null;
  } catch {
    return null;  // no storage in this browser: each page begins anew
  }
}

function keep() {
  const kept = visit?.release() ?? null;
  visit = null;
  try {
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // Without storage the visit waits out its time and ends.
  }
}

function goOn() {
  const kept = takeKept();
  if (kept) come(isGuest ? () => guest(kept.name) : ticket, kept);
  else if ("begins" in form.dataset && !isGuest) come(ticket);
}

begin.addEventListener("click", () => (isGuest ? ask() : come(ticket)));
rings?.addEventListener("click", () => {
  ringing = true;
  begin.click();
});
end.addEventListener("click", () => visit?.leave());
hasten.addEventListener("click", () => visit?.hasten());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = form.elements.name.value;
  end.hidden = false;
  end.focus();
  come(() => guest(name));
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") forget();
});
find("arrive-not")?.addEventListener("click", forget);
window.addEventListener("online", () => visit?.hasten());
window.addEventListener("pagehide", keep);
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  SHOWN.ended({});
  goOn();
});
// Over the console the form of a sanction is a dialog; elsewhere its link leads to its page.
if (find("console")) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-judge]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import("./judging.js").then(({ open }) => open(link));
  });
}
begin.hidden = false;
if (rings) rings.hidden = find("come-and-ring-hint").hidden = false;
goOn();
