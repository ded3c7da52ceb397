// Plays a recorded live session: people on the plan, the slide or film of the moment, the line that was said.

const AWAY = -32768;
const FRAME_MS = 100;
const GONE_MS = 15000;  // so long after the last sample nobody is shown any more
const player = document.getElementById("player");
const [play, at, clock, speed] = ["play", "at", "clock", "speed"].map((id) => document.getElementById(id));
const [slide, film, card] = ["slide", "film", "title-card"].map((id) => document.getElementById(id));
const [status, now] = [document.getElementById("replay-status"), document.getElementById("now")];
const [voices, sounds] = [document.getElementById("voices"), document.getElementById("sounds")];
const [dots, stage] = player.querySelectorAll("svg .people");
const shift = player.querySelector("svg").dataset.shift.split(" ").map(Number);
const { begun, parts, part, length } = Object.fromEntries(
  ["begun", "parts", "part", "length"].map((name) => [name, Number(player.dataset[name])]),
);
const minutes = new Map();  // the few last ones, by number
const title = card.textContent;
let into = 0, playing = false, shown = "", before = 0, looking = true;

const numberAt = (ms) => Math.min(Math.max(Math.floor(ms / part), 0), parts - 1);

function opened(chunk) {
  const bytes = Uint8Array.from(atob(chunk.places), (letter) => letter.charCodeAt(0));
  return { ...chunk, places: new Int16Array(bytes.buffer) };
}

async function load(number) {
  if (number >= parts) return undefined;
  if (!minutes.has(number)) {
    const asked = fetch(`${player.dataset.from}${number}.json`).then(async (answer) => {
      if (!answer.ok) throw new Error(answer.status);
      const minute = await answer.json();
      return { ...minute, motion: minute.motion.map(opened) };
    });
    minutes.set(number, { asked });
    asked.then((minute) => minutes.set(number, { asked, minute }), () => minutes.delete(number));
    if (minutes.size > 6) minutes.delete(minutes.keys().next().value);
  }
  return minutes.get(number).asked;
}

/** Where everybody of a chunk was, between two samples, as [number, x, y] in drawing units. */
function places(chunk, ms) {
  const samples = chunk.places.length / (2 * chunk.people);
  const exact = Math.min(Math.max((ms - chunk.begun) / chunk.step, 0), samples - 1);
  const first = Math.floor(exact), next = Math.min(first + 1, samples - 1), share = exact - first;
  const read = (sample, axis, who) => chunk.places[sample * 2 * chunk.people + axis * chunk.people + who];
  const found = [];
  for (let who = 0; who < chunk.people; who += 1) {
    const from = read(first, 0, who) === AWAY ? next : first, to = read(next, 0, who) === AWAY ? first : next;
    if (read(from, 0, who) === AWAY) continue;
    const [x, y] = [0, 1].map((axis) => read(from, axis, who) + (read(to, axis, who) - read(from, axis, who)) * share);
    found.push([chunk.numbers[who], y + shift[0], x + shift[1]]);
  }
  return found;
}

/** Where the plan is wider than its place, moves it to people, else to the stage: at first, and after a jump. */
function lookAt(found) {
  if (!looking) return;
  looking = !found.length;
  const svg = player.querySelector("svg"), pan = svg.parentElement;
  const stands = found.length ? found.map(([, x]) => x) : [Number(svg.querySelector(".stage")?.getAttribute("x") ?? 0)];
  const middle = stands.reduce((sum, x) => sum + x, 0) / stands.length - svg.viewBox.baseVal.x;
  pan.scrollLeft = middle * svg.clientWidth / svg.viewBox.baseVal.width - pan.clientWidth / 2;
}

function drawPeople(minute, moment, ms) {
  const chunk = minute.motion.findLast((one) => one.begun <= ms);
  const speaking = new Set(moment.speaking);
  const paths = ["", ""];
  const known = chunk && ms - chunk.begun - chunk.places.length / (2 * chunk.people) * chunk.step < GONE_MS;
  const found = known ? places(chunk, ms) : [];
  lookAt(found);
  for (const [number, x, y] of found) {
    paths[speaking.has(chunk.keys[number]) ? 1 : 0] += `M${x.toFixed(1)} ${y.toFixed(1)}h.01`;
  }
  dots.setAttribute("d", paths[0]);
  stage.setAttribute("d", paths[1]);
}

function drawScreen(moment, ms) {
  const shows = moment.film?.[0] ?? (moment.page || moment.question);
  if (shows !== shown) {
    shown = shows;
    slide.hidden = !moment.page;
    film.hidden = !moment.film;
    card.hidden = Boolean(moment.page || moment.film);
    card.textContent = moment.question || title;
    if (moment.page) slide.src = `/media/${moment.page}`;
    if (moment.film) film.src = `/media/${shows}`;
    else film.removeAttribute("src");
  }
  if (!moment.film) return;
  const [, runs, position, since] = moment.film;
  const wanted = (position + (runs ? ms - since : 0)) / 1000;
  if (Math.abs(film.currentTime - wanted) > 0.3) film.currentTime = wanted;
  film.playbackRate = Number(speed.value);
  if (runs && playing && film.paused) film.play().catch(() => {});
  if (!(runs && playing)) film.pause();
}

/** Keeps each voice of this minute where the moment is; the browser holds its pitch at other speeds. */
function drawVoices(number, minute, ms) {
  if (minute.voices.length) sounds.parentElement.hidden = false;
  const wanted = sounds.checked ? minute.voices.map((key) => `${player.dataset.from}${number}/${key}.webm`) : [];
  for (const old of [...voices.children]) if (!wanted.includes(old.getAttribute("src"))) old.remove();
  for (const source of wanted) {
    let voice = [...voices.children].find((one) => one.getAttribute("src") === source);
    if (!voice) {
      voice = document.createElement("audio");
      voice.src = source;
      voices.append(voice);
    }
    const at = (ms - minute.begun) / 1000;
    if (Math.abs(voice.currentTime - at) > 0.3 * Math.max(1, Number(speed.value))) voice.currentTime = at;
    voice.playbackRate = Number(speed.value);
    if (playing && voice.paused) voice.play().catch(() => {});
  }
}

/** Guests come by number, whoever has withdrawn as 0. */
const called = (who) => typeof who === "string" ? who : who ? now.dataset.guest.replace("{n}", who) : now.dataset.nobody;

function say(moment) {
  const words = [];
  if (moment.floor.length) words.push(now.dataset.floor.replace("{names}", moment.floor.map(called).join(", ")));
  if (moment.hands) words.push(now.dataset.hands.replace("{n}", moment.hands));
  const text = words.join(" · ");
  if (now.textContent !== text) now.textContent = text;
}

function mark(seconds) {
  for (const list of document.querySelectorAll(".lines, .chapters")) {
    const rows = [...list.querySelectorAll("[data-at]")];
    const row = rows.findLast((one) => Number(one.dataset.at) <= seconds)?.closest("li");
    const marked = list.querySelector("[aria-current]");
    if (row === marked) continue;
    marked?.removeAttribute("aria-current");
    row?.setAttribute("aria-current", "true");
  }
}

const written = (seconds) => {
  const [hours, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minute)}:${two(second)}` : `${minute}:${two(second)}`;
};

function draw() {
  const ms = begun + into, minute = minutes.get(numberAt(into))?.minute;
  const seconds = Math.floor(into / 1000);
  if (Number(at.value) !== seconds) at.value = seconds;
  clock.value = written(seconds);
  at.setAttribute("aria-valuetext", clock.value);
  mark(seconds);
  status.textContent = minute ? "" : status.dataset.loading;
  if (!minute) return;
  const moment = minute.moments.findLast((one) => one.at <= ms) ?? minute.moments[0];
  drawPeople(minute, moment, ms);
  drawScreen(moment, ms);
  drawVoices(numberAt(into), minute, ms);
  say(moment);
}

async function go(milliseconds) {
  into = Math.min(Math.max(milliseconds, 0), length * 1000);
  const number = numberAt(into);
  try {
    draw();
    await load(number);
    draw();
    load(number + 1).catch(() => {});
  } catch {
    status.textContent = status.dataset.failed;
    pause();
  }
}

function pause() {
  playing = false;
  play.textContent = play.dataset.play;
  film.pause();
  for (const voice of voices.children) voice.pause();
}

function tick(time) {
  if (!playing) return;
  if (time - before >= FRAME_MS) {
    const loaded = minutes.get(numberAt(into))?.minute;
    if (loaded) into += Math.min(time - before, 1000) * Number(speed.value);
    before = time;
    if (into >= length * 1000) pause();
    go(into);
  }
  requestAnimationFrame(tick);
}

play.addEventListener("click", () => {
  if (playing) return pause();
  if (into >= length * 1000) into = 0;
  playing = true;
  play.textContent = play.dataset.pause;
  before = performance.now();
  requestAnimationFrame(tick);
});
function jump(seconds) {
  looking = true;
  go(seconds * 1000);
}

sounds.addEventListener("change", () => go(into));
at.addEventListener("input", () => jump(Number(at.value)));
for (const button of document.querySelectorAll(".jump")) {
  button.disabled = false;
  button.addEventListener("click", () => jump(Number(button.dataset.at)));
}
player.querySelector(".controls").hidden = false;
go(0);
