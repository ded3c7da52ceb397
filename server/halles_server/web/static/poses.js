// Where people are, as PoseBatch packs it (docs/protocol.md, pose batches). Headings and heights are not read.

import { WireError } from "./wire.js";

const NEAR_BYTES = 9;
const HEAD_BYTES = 12;
const GESTURE_BITS = 0x0f;

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Calls ``each(number, x, y, gesture)``, in centimetres, for every near record. */
export function readNear(bytes, each) {
  if (bytes.length % NEAR_BYTES) throw new WireError("half a pose");
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; at += NEAR_BYTES) {
    const [x, y] = [view.getInt16(at + 2, true), view.getInt16(at + 4, true)];
    each(view.getUint16(at, true), x, y, view.getUint8(at + 7) & GESTURE_BITS);
  }
}

/** Calls ``each(number, x, y, unit)`` for everybody of a far slice, told to within ``unit`` centimetres. */
export function readFar(bytes, each) {
  if (!bytes.length) return;
  if (bytes.length < HEAD_BYTES) throw new WireError("no far slice");
  const view = viewOf(bytes);
  const [first, step, bits, unit] = [0, 2, 4, 6].map((at) => view.getUint16(at, true));
  const [west, south] = [view.getInt16(8, true), view.getInt16(10, true)];
  if (!step || !bits || !unit || first + (bits - 1) * step > 0xffff) throw new WireError("a far slice of nothing");
  const places = HEAD_BYTES + Math.ceil(bits / 8);
  if (places > bytes.length) throw new WireError("half a bitmap");
  const numbers = [];
  for (let bit = 0; bit < bits; bit += 1) {
    if ((bytes[HEAD_BYTES + (bit >> 3)] >> (bit & 7)) & 1) numbers.push(first + bit * step);
  }
  if (bytes.length !== places + 2 * numbers.length + Math.ceil(numbers.length / 2)) throw new WireError("half a slice");
  numbers.forEach((number, i) => {
    each(number, west + unit * bytes[places + 2 * i], south + unit * bytes[places + 2 * i + 1], unit);
  });
}
