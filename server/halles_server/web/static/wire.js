// The wire as docs/protocol.md tells it: MessagePack arrays within bounds, and the messages that pages read and send.
// Whatever the bytes, reading gives a message, null for a kind that pages do not know, or throws a WireError.

const BYTES_CAP = 262_144;
const LENGTH_CAP = 4096;
const DEPTH_CAP = 10;

export class WireError extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  take(count) {
    const from = this.at;
    if (count > this.bytes.length - from) throw new WireError("cut short");
    this.at = from + count;
    return from;
  }

  size(width) {
    const from = this.take(width);
    return width === 1 ? this.view.getUint8(from) : width === 2 ? this.view.getUint16(from) : this.view.getUint32(from);
  }

  signed(width) {
    const from = this.take(width);
    return width === 1 ? this.view.getInt8(from) : width === 2 ? this.view.getInt16(from) : this.view.getInt32(from);
  }

  wide(high) {
    const value = high * 2 ** 32 + this.size(4);
    if (Math.abs(value) > 2 ** 53) throw new WireError("too large a number");
    return value;
  }

  bin(count) {
    const from = this.take(count);
    return this.bytes.subarray(from, from + count);
  }

  text(count) {
    const bytes = this.bin(count);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new WireError("no UTF-8");
    }
  }

  array(count, depth) {
    // Each element takes a byte at least, so that a length cannot promise more than is there.
    if (count > LENGTH_CAP || count > this.bytes.length - this.at) throw new WireError("too long an array");
    const made = [];
    for (let i = 0; i < count; i += 1) made.push(this.value(depth + 1));
    return made;
  }

  value(depth) {
    if (depth > DEPTH_CAP) throw new WireError("too deep");
    const tag = this.size(1);
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag >= 0x90 && tag < 0xa0) return this.array(tag & 0x0f, depth);
    if (tag >= 0xa0 && tag < 0xc0) return this.text(tag & 0x1f);
    switch (tag) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return this.bin(this.size(1));
      case 0xc5: return this.bin(this.size(2));
      case 0xc6: return this.bin(this.size(4));
      case 0xcc: return this.size(1);
      case 0xcd: return this.size(2);
      case 0xce: return this.size(4);
      case 0xcf: return this.wide(this.size(4));
      case 0xd0: return this.signed(1);
      case 0xd1: return this.signed(2);
      case 0xd2: return this.signed(4);
      case 0xd3: return this.wide(this.signed(4));
      case 0xd9: return this.text(this.size(1));
      case 0xda: return this.text(this.size(2));
      case 0xdb: return this.text(this.size(4));
      case 0xdc: return this.array(this.size(2), depth);
      case 0xdd: return this.array(this.size(4), depth);
      default: throw new WireError("a type that the wire does not have");  // floats, maps, extensions
    }
  }
}

/** Reads one value and nothing after it. */
export function unpack(bytes) {
  if (bytes.length > BYTES_CAP) throw new WireError("too long");
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new WireError("more than one value");
  return value;
}

function big(out, tag, width, value) {
  out.push(tag);
  for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) out.push((value >> shift) & 0xff);
}

function putNumber(out, value) {
  if (value >= 0 && value < 0x80) out.push(value);
  else if (value < 0 && value >= -0x20) out.push(value + 0x100);
  else if (value >= 0 && value < 0x10000) big(out, 0xcd, 2, value);
  else if (value >= 0 && value <= 0xffffffff) big(out, 0xce, 4, value);
  else if (value >= -0x8000 && value < 0) big(out, 0xd1, 2, value);
  else throw new WireError("no number of this wire");
}

function put(out, value) {
  if (typeof value === "boolean") out.push(value ? 0xc3 : 0xc2);
  else if (Number.isInteger(value)) putNumber(out, value);
  else if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    if (bytes.length < 0x20) out.push(0xa0 | bytes.length);
    else big(out, 0xda, 2, bytes.length);
    out.push(...bytes);
  } else if (value instanceof Uint8Array) {
    out.push(0xc4, value.length, ...value);
  } else if (Array.isArray(value) && value.length < 0x10) {
    out.push(0x90 | value.length);
    for (const one of value) put(out, one);
  } else throw new WireError("no value of this wire");
}

/** Returns the bytes of a message: whole numbers, booleans, texts, up to 255 bytes, arrays of up to 15. */
export function pack(...fields) {
  const out = [];
  put(out, fields);
  return Uint8Array.from(out);
}

// --- fields -------------------------------------------------------------------------------------------------------

const typed = (name) => (value) => {
  if (typeof value !== name) throw new WireError(`not a ${name}`);
  return value;
};
const whole = typed("number");
const text = typed("string");
const flag = typed("boolean");
const bytes = (value) => {
  if (!(value instanceof Uint8Array)) throw new WireError("no bytes");
  return value;
};
const unread = (value) => {
  if (value === undefined) throw new WireError("too few fields");
  return undefined;
};
const or = (of, otherwise) => (value) => (value === undefined ? otherwise : of(value));
const maybe = (of) => (value) => (value === null ? null : of(value));
const list = (of) => (value) => {
  if (!Array.isArray(value)) throw new WireError("no array");
  return value.map(of);
};
// A newer server may say more at the end: it is left unread.
const row = (fields) => (value) => {
  if (!Array.isArray(value)) throw new WireError("no array");
  return Object.fromEntries(Object.entries(fields).map(([name, of], i) => [name, of(value[i])]));
};

const words = row({ fr: or(text, ""), nl: or(text, ""), en: or(text, "") });
const avatar = row({
  number: whole, visit: text, name: text, role: text, language: text, look: row({ coat: or(whole, 0) }), bot: flag,
  x: whole, y: whole,
});
const booth = row({ booth: text, slot: text, revision: whole, name: text, kind: text, accent: whole });
const line = row({ channel: text, visit: text, name: text, role: text, coat: whole, text, time_ms: whole, booth: or(text, "") });
const staffed = { booth: text, state: text, back_at_ms: or(whole, 0) };
const ring = row({
  ring: whole, visit: text, name: text, role: text, language: text, state: text, rung_ms: whole, by: or(text, ""),
});

// What a live session is made of (contract/halles/world/live.py).
const person = row({ key: text, visit: text, name: text, language: text });
const talked = row({ key: text, name: text, language: text, ms: whole });
const film = row({ material: whole, playing: flag, position_ms: whole, at_ms: whole });
const liveState = row({
  phase: text, mode: text, since_ms: whole, hands: list(row({ person, raised_ms: whole, first: flag })),
  chairs: list(row({ number: whole, person, since_ms: whole })),
  floor: list(row({ person, since_ms: whole, until_ms: whole })), presenter: text, screen: text,
  slide: maybe(row({ material: whole, page: whole })), film: maybe(film), countdown_ms: whole, frozen: flag,
  locked: flag, spoken: list(text), on_screen: whole, recorded: or(flag, true), talked: or(list(talked), []),
  counted_ms: or(whole, 0), backstage: or(list(row({ key: text, name: text, since_ms: whole })), []),
});
const speaker = row({ name: text, organisation: text, key: or(text, "") });
const material = row({ title: text, media: text, pages: list(text), seconds: whole });

const backstageLine = row({ number: whole, name: text, text, said_ms: whole });

const question = row({
  number: whole, text, language: text, key: text, name: text, asked_ms: whole, state: text, votes: whole,
  answered_ms: whole,
});
const poll = row({ kind: text, results: text, title: words, options: list(words) });
const pollCard = row({ number: whole, poll, state: text, opened_ms: whole, closed_ms: whole });
const sanction = row({
  sanction: whole, kind: text, scope: text, place: text, reason: text, until_ms: whole, appealed: or(flag, false),
  by_role: or(text, "moderator"), upheld: or(flag, false), answer: or(text, ""),
});
const lifted = row({ sanction: whole, kind: text, scope: text, place: text, answer: text, appealed: or(flag, false) });

const MESSAGES = new Map([
  [64, ["Welcomed", row({
    version: whole, visit: text, resume: text, name: text, role: text, language: text, look: unread, halls: unread,
    tick_hz: whole, last_hall: or(text, ""), server_time_ms: or(whole, 0), resume_s: or(whole, 60),
    elsewhere: or(list(text), []),
  })]],
  [65, ["Goodbye", row({
    code: whole, text, retry_after_ms: or(whole, 0), oldest: or(whole, 0), newest: or(whole, 0), reason: or(text, ""),
  })]],
  [66, ["HallEntered", row({
    request_id: bytes, hall: text, number: whole, x: whole, y: whole, z: whole, heading: whole, people: whole,
  })]],
  [67, ["AvatarsEntered", row({ avatars: list(avatar) })]],
  [68, ["AvatarsLeft", row({ numbers: list(whole) })]],
  [69, ["PoseBatch", row({ tick: whole, time_ms: whole, near: bytes, far: bytes })]],
  [70, ["Correction", row({ sequence: whole, x: whole, y: whole })]],
  [71, ["BoothsListed", row({ hall: text, booths: list(booth) })]],
  [73, ["BoothEdited", row({ card: booth })]],
  [74, ["Said", row({ line })]],
  [75, ["ChatRead", row({ lines: list(line) })]],
  [77, ["PeopleCounted", row({ counts: list(row({ hall: text, people: whole })) })]],
  [78, ["Done", row({ request_id: bytes, number: or(whole, 0) })]],
  [79, ["Rejected", row({ request_id: bytes, code: text, text, retry_after_ms: or(whole, 0), most: or(whole, 0) })]],
  [80, ["NodesListed", row({ elsewhere: list(text) })]],
  [90, ["BoothsStaffed", row({ hall: text, booths: list(row(staffed)) })]],
  [91, ["BoothStaffed", row(staffed)]],
  [92, ["BellTold", row({ booth: text, name: text, hall: text, rings: list(ring) })]],
  [93, ["RingTold", row({ ring: whole, booth: text, state: text, by: or(text, "") })]],
  [100, ["BoothChatRead", row({ booth: text, hall: text, lines: list(line) })]],
  [101, ["RingPlaced", row({ ring: whole, booth: text, place: whole })]],
  [180, ["LiveOpened", row({
    session: text, hall: text, stage: text, title: words, summary: words, starts_ms: whole, ends_ms: whole,
    language: text, capacity: whole, speakers: list(speaker), materials: list(material),
  })]],
  [181, ["LiveTold", row({ session: text, revision: whole, told_ms: whole, state: liveState })]],
  [182, ["LivePartTold", row({ session: text, key: text, host: flag })]],
  [183, ["PointerMoved", row({ session: text, x: whole, y: whole, on: flag })]],
  [184, ["CaptionSaid", row({ session: text, number: whole, language: text, text, said_ms: whole })]],
  [186, ["BackstageRead", row({ session: text, lines: list(backstageLine) })]],
  [187, ["BackstageSaid", row({ session: text, line: backstageLine })]],
  [210, ["QuestionsTold", row({ session: text, revision: whole, asking: text, rows: list(question), first: or(flag, true) })]],
  [211, ["QuestionQueueTold", row({ session: text, revision: whole, rows: list(question), waiting: whole })]],
  [212, ["PollTold", row({ session: text, card: pollCard, counts: list(whole), voters: whole })]],
  [213, ["ReactionsTold", row({ session: text, counts: list(whole) })]],
  [214, ["OwnVotesTold", row({
    session: text, questions: list(whole), polls: list(row({ poll: whole, choices: list(whole) })), attends: flag,
    asked: or(list(question), []),
  })]],
  [216, ["QuestionTold", row({ session: text, revision: whole, row: question })]],
  [217, ["VotesTold", row({ session: text, votes: list(list(whole)) })]],
  [120, ["SanctionTold", row({ sanctions: list(sanction), lifted: or(list(lifted), []) })]],
  [131, ["ReportsWaiting", row({ count: whole })]],
  [250, ["AppealsWaiting", row({ count: whole })]],
  [233, ["Announced", row({ number: whole, scope: text, place: text, text: words, name: text, said_ms: whole })]],
  [234, ["BlockedTold", row({ hidden: list(text), mine: or(list(row({ visit: text, name: text })), []) })]],
  [237, ["SentOut", row({ session: text, hall: text, title: words })]],
  [102, ["StaffTold", row({ booths: list(row({ booth: text, name: text, hall: text })) })]],
]);

/** Reads a message of the server: its fields by name, and its ``kind``. */
export function read(data) {
  const [code, ...fields] = list((value) => value)(unpack(data));
  const known = MESSAGES.get(whole(code));
  return known ? { kind: known[0], ...known[1](fields) } : null;
}

// --- what pages say -----------------------------------------------------------------------------------------------

const VERSION = 1;
const SOFTWARE = "Halles pages";

/** The first message; whoever comes in accepts the code of conduct that every page links. */
export const hello = ({ way, secret, name, language, look, device = "" }) =>
  pack(1, VERSION, VERSION, way, secret, name, language, look, SOFTWARE, true, "person", device);
export const enterHall = (id, hall, place) => pack(2, id, hall, place);
export const move = (sequence, x, y, z, heading, act) => pack(3, sequence, x, y, z, heading, act);
export const say = (id, channel, words, booth = "") => pack(4, id, channel, words, booth);
export const listPeople = () => pack(8);
export const leave = () => pack(9);
export const ringBell = (id, booth) => pack(20, id, booth);
export const cancelRing = (id, number) => pack(21, id, number);
export const answerBell = (id, number) => pack(22, id, number);
export const leaveMessage = (id, number, words) => pack(23, id, number, words);
export const appeal = (id, number, words) => pack(42, id, number, words);
export const block = (id, visit, on) => pack(231, id, visit, on);
export const readBoothChat = (id, booth) => pack(30, id, booth);
const PUBLIC = new Map([
  ["vote-question", 201], ["decide-question", 202], ["vote-poll", 204], ["decide-poll", 205], ["attend", 207],
  ["set-asking", 208],
]);
/** What a button of a live session asks for: an act, or what concerns questions, polls and consent. */
export const doLive = (id, session, name, ...fields) =>
  (PUBLIC.has(name) ? pack(PUBLIC.get(name), id, session, ...fields) : pack(160, id, session, [name, ...fields]));
export const askQuestion = (id, session, language, words) => pack(200, id, session, language, words);
export const openPoll = (id, session, kind, results, title, options) => pack(203, id, session, [kind, results, title, options]);
export const react = (session, reaction) => pack(206, session, reaction);
export const pointAt = (session, x, y, on) => pack(161, session, x, y, on);
export const sayBackstage = (id, session, words) => pack(163, id, session, words);
export const readBackstage = (id, session) => pack(164, id, session);
export const sayCaption = (id, session, language, words) => pack(162, id, session, language, words);

/** Returns 16 bytes of a random UUID; ``crypto.randomUUID`` is not there without TLS. */
export function newId() {
  const id = crypto.getRandomValues(new Uint8Array(16));
  id[6] = (id[6] & 0x0f) | 0x40;
  id[8] = (id[8] & 0x3f) | 0x80;
  return id;
}

/** Tells whether two ids are the same. */
export const same = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);
