// A visit's link to the server: connects, says hello, comes back after a break. What messages mean is not its business.

import { WireError, hello, leave, listPeople, read } from "./wire.js";

const BREAKS = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4408]);  // after these one tries again by oneself
const NOT_ADMITTED = 4401;
const UNREADABLE = 4400;
const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const OPEN_MS = 10_000;
const WATCH_MS = 10_000;
const SILENCE_MS = 25_000;
const ANSWER_MS = 10_000;
const ELSEWHERE = new Set([1011, 1012, 1013]);  // after these another node is the better one
const ADDRESSES_CAP = 16;
const STRANGER_TRIES = 4;  // who has never been let in does not knock for ever

/** Returns milliseconds until the next try: doubling, half of it chance, never sooner than the server asked. */
export function pause(failures, asked, chance = Math.random) {
  const longest = Math.min(FIRST_MS * 2 ** Math.min(failures, 10), LONGEST_MS);
  return Math.max(longest * (0.5 + 0.5 * chance()), asked * (1 + 0.2 * chance()));
}

/** Where a visit may go on: the address of its page, and the other nodes that a server has told of. */
export class Addresses {
  #first;
  #others = [];

  constructor(first) {
    this.#first = first;
    this.current = first;
  }

  /** Takes what a server says now; where the first address has TLS, no other does without, for the token goes there. */
  learn(elsewhere) {
    const scheme = this.#first.startsWith("wss:") ? /^wss:/ : /^wss?:/;
    const known = new Set([this.current, ...elsewhere.filter((one) => scheme.test(one))]);
    this.#others = [...known].slice(0, ADDRESSES_CAP);
  }

  /** Goes on to the next, round and round. */
  advance() {
    const known = [...new Set([this.#first, ...this.#others])];
    this.current = known[(known.indexOf(this.current) + 1) % known.length];
  }
}

export class Link {
  #addresses;
  #credentials;
  #hear;
  #change;
  #socket = null;
  #goodbye = null;
  #opening = 0;
  #timer = 0;
  #watch = 0;
  #failures = 0;
  #heardAt = 0;
  #askedAt = 0;
  #wasIn = false;

  /**
   * ``credentials`` makes a way in, anew each time: a promise of ``{way, secret, name, language, look}``, or throws
   * an error with a ``reason``. ``hear`` gets messages, ``change`` gets ``{phase, ...}``: connecting, online, waiting
   * or closed.
   */
  constructor({ address, token, credentials, hear, change }) {
    this.#addresses = new Addresses(address);
    this.token = token;
    this.#credentials = credentials;
    this.#hear = hear;
    this.#change = change;
    this.phase = "closed";
  }

  open() {
    this.#watch = setInterval(() => this.#listen(), WATCH_MS);
    this.#connect();
  }

  /** Sends bytes if somebody is there to hear them. */
  send(bytes) {
    if (this.phase !== "online" || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(bytes);
    return true;
  }

  /** Makes the next try now. */
  hasten() {
    if (this.phase === "waiting") this.#connect();
  }

  /** Ends the visit. */
  leave() {
    this.send(leave());
    this.#end({});
  }

  /** Lets go without a word, so that the visit may go on from the next page. */
  release() {
    this.#end({ kept: true });
  }

  async #connect() {
    clearTimeout(this.#timer);
    this.#tell({ phase: "connecting" });
    let way;
    try {
      way = this.token ? { way: "resume", secret: this.token, name: "" } : await this.#credentials();
    } catch (problem) {
      if (typeof problem.reason !== "string") throw problem;
      this.#end({ reason: problem.reason });
      return;
    }
    if (this.phase !== "connecting") return;  // the reader has thought better of it
    const socket = new WebSocket(this.#addresses.current);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#goodbye = null;
    this.#opening = setTimeout(() => this.#closed(socket, 1006), OPEN_MS);
    socket.addEventListener("open", () => socket.send(hello({ language: "fr", look: [], ...way })));
    socket.addEventListener("message", (event) => this.#take(socket, event.data));
    socket.addEventListener("close", (event) => this.#closed(socket, event.code));
  }

  #take(socket, data) {
    if (socket !== this.#socket) return;
    this.#heardAt = Date.now();
    let message;
    try {
      if (!(data instanceof ArrayBuffer)) throw new WireError("text");
      message = read(new Uint8Array(data));
      if (message?.kind === "Welcomed") this.#welcomed(message);
      else if (message?.kind === "Goodbye") this.#goodbye = message;
      else if (message?.kind === "NodesListed") this.#addresses.learn(message.elsewhere);
      else if (message) this.#hear(message);
    } catch (problem) {
      if (!(problem instanceof WireError)) throw problem;
      this.#closed(socket, UNREADABLE);
    }
  }

  #welcomed(message) {
    clearTimeout(this.#opening);
    this.token = message.resume;
    this.#addresses.learn(message.elsewhere);
    this.#failures = 0;
    this.#wasIn = true;
    this.#tell({ phase: "online" });
    this.#hear(message);
  }

  /** Pings are answered by the browser and never told: a network that died in silence is found by asking. */
  #listen() {
    const now = Date.now();
    if (this.phase !== "online") return;
    if (this.#askedAt > this.#heardAt && now - this.#askedAt > ANSWER_MS) this.#closed(this.#socket, 1006);
    else if (this.#askedAt <= this.#heardAt && now - this.#heardAt > SILENCE_MS && this.send(listPeople())) {
      this.#askedAt = now;
    }
  }

  #closed(socket, code) {
    if (socket !== this.#socket || this.phase === "closed") return;
    clearTimeout(this.#opening);
    this.#socket = null;
    socket.close();
    const counted = this.#goodbye?.code ?? code;
    const reason = this.#goodbye?.reason ?? "";
    const asked = this.#goodbye?.retry_after_ms ?? 0;
    const text = this.#goodbye?.text ?? "";
    const afresh = counted === NOT_ADMITTED && this.token !== "";
    if (afresh) this.token = "";  // the place was given up meanwhile: come in again as at first
    const strange = !this.#wasIn && this.#failures >= STRANGER_TRIES;
    if (strange || !(afresh || BREAKS.has(counted))) {
      this.#end({ code: counted, reason, wait: asked, text });
      return;
    }
    // A connection that just broke is first tried again where it was.
    if (this.phase !== "online" || ELSEWHERE.has(counted)) this.#addresses.advance();
    const wait = afresh ? 0 : pause(this.#failures, asked);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#tell({ phase: "waiting", retryAt: Date.now() + wait });
  }

  #end(why) {
    clearTimeout(this.#timer);
    clearTimeout(this.#opening);
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = null;
    if (!why.kept) this.token = "";
    socket?.close();
    if (this.phase !== "closed") this.#tell({ phase: "closed", code: 0, reason: "", wait: 0, ...why });
  }

  #tell(state) {
    this.phase = state.phase;
    this.#change(state);
  }
}
