/**
 * SHA-1 and SHA-2 (FIPS 180-4). They are here because JavaScript in the engine takes a hundred times
 * as long for them.
 */
import * as quickjs from "./quickjs";
import { context, lengthAt } from "./state";

/** Rows of runtime/digest-constants.ts, each number in 64 bits. */
const ROUNDS: usize = 0;
const SHA512_START: usize = 80 * 8;
const SHA384_START: usize = 88 * 8;

/** Of the working memory: the state, the schedule of 80 words, and up to two last blocks. */
const SCHEDULE: usize = 64;
const LAST: usize = SCHEDULE + 640;
const WORK_BYTES: usize = LAST + 256;

const SHA1: i32 = 1;
const SHA256: i32 = 256;
const SHA384: i32 = 384;

/** The digest of a Uint8Array as another; `constants` are the bytes of the rows above. */
export function digest(algorithm: i32, input: i64, constants: i64): i64 {
  const table = quickjs.JS_GetUint8Array(context, lengthAt, constants);
  if (table == 0) return quickjs.EXCEPTION;
  store<usize>(lengthAt, 0);
  const from = quickjs.JS_GetUint8Array(context, lengthAt, input);
  const length = load<usize>(lengthAt);
  if (from == 0 && quickjs.JS_HasException(context) != 0) return quickjs.EXCEPTION;
  const work = quickjs.malloc(WORK_BYTES);
  if (work == 0) return quickjs.JS_ThrowOutOfMemory(context);
  start(algorithm, work, table);
  const blockBytes: usize = algorithm <= SHA256 ? 64 : 128;
  const whole = length - (length % blockBytes);
  for (let at: usize = 0; at < whole; at += blockBytes) {
    compress(algorithm, work, from + at, table);
  }
  finish(algorithm, work, from + whole, length, table);
  const result = quickjs.JS_NewUint8ArrayCopy(context, work, digestBytes(algorithm));
  quickjs.free(work);
  return result;
}

function digestBytes(algorithm: i32): usize {
  return algorithm == SHA1 ? 20 : <usize>(algorithm >> 3);
}

/** The start of SHA-256 is the upper half of that of SHA-512; SHA-1 has one of its own. */
function start(algorithm: i32, work: usize, table: usize): void {
  if (algorithm == SHA1) {
    store<u32>(work, 0x67452301);
    store<u32>(work, 0xefcdab89, 4);
    store<u32>(work, 0x98badcfe, 8);
    store<u32>(work, 0x10325476, 12);
    store<u32>(work, 0xc3d2e1f0, 16);
    return;
  }
  const row = table + (algorithm == SHA384 ? SHA384_START : SHA512_START);
  for (let i: usize = 0; i < 8; i++) {
    if (algorithm == SHA256) store<u32>(work + (i << 2), load<u32>(row + (i << 3), 4));
    else store<u64>(work + (i << 3), load<u64>(row + (i << 3)));
  }
}

/** The rest of the input, a bit, zeros, and the length in bits; then the state in network order. */
function finish(algorithm: i32, work: usize, rest: usize, length: usize, table: usize): void {
  const isShort = algorithm <= SHA256;
  const blockBytes: usize = isShort ? 64 : 128;
  const lengthBytes: usize = isShort ? 8 : 16;
  const restBytes = length % blockBytes;
  const lastBytes = restBytes + 1 + lengthBytes <= blockBytes ? blockBytes : 2 * blockBytes;
  const last = work + LAST;
  memory.fill(last, 0, lastBytes);
  memory.copy(last, rest, restBytes);
  store<u8>(last + restBytes, 0x80);
  store<u64>(last + lastBytes - 8, bswap<u64>((<u64>length) << 3));
  for (let at: usize = 0; at < lastBytes; at += blockBytes) {
    compress(algorithm, work, last + at, table);
  }
  for (let at: usize = 0; at < 64; at += isShort ? 4 : 8) {
    if (isShort) store<u32>(work + at, bswap<u32>(load<u32>(work + at)));
    else store<u64>(work + at, bswap<u64>(load<u64>(work + at)));
  }
}

function compress(algorithm: i32, state: usize, block: usize, table: usize): void {
  if (algorithm == SHA1) compress1(state, block);
  else if (algorithm == SHA256) compress256(state, block, table + ROUNDS);
  else compress512(state, block, table + ROUNDS);
}

function compress1(state: usize, block: usize): void {
  const w = state + SCHEDULE;
  for (let i: usize = 0; i < 64; i += 4) store<u32>(w + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 320; i += 4) {
    const at = w + i;
    const mixed = load<u32>(at - 12) ^ load<u32>(at - 32) ^ load<u32>(at - 56) ^ load<u32>(at - 64);
    store<u32>(at, rotl<u32>(mixed, 1));
  }
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  for (let i: usize = 0; i < 80; i++) {
    let mixed: u32 = 0;
    if (i < 20) mixed = (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) mixed = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = rotl<u32>(a, 5) + mixed + e + load<u32>(w + (i << 2));
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = next;
  }
  store<u32>(state, load<u32>(state) + a);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
}

function compress256(state: usize, block: usize, rounds: usize): void {
  const w = state + SCHEDULE;
  for (let i: usize = 0; i < 64; i += 4) store<u32>(w + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 256; i += 4) {
    const at = w + i;
    const x = load<u32>(at - 60);
    const y = load<u32>(at - 8);
    const s0 = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
    const s1 = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10);
    store<u32>(at, load<u32>(at - 64) + s0 + load<u32>(at - 28) + s1);
  }
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let i: usize = 0; i < 64; i++) {
    const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const k = load<u32>(rounds + (i << 3), 4);
    const first = h + s1 + (g ^ (e & (f ^ g))) + k + load<u32>(w + (i << 2));
    const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const second = s0 + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  store<u32>(state, load<u32>(state) + a);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
  store<u32>(state, load<u32>(state, 20) + f, 20);
  store<u32>(state, load<u32>(state, 24) + g, 24);
  store<u32>(state, load<u32>(state, 28) + h, 28);
}

function compress512(state: usize, block: usize, rounds: usize): void {
  const w = state + SCHEDULE;
  for (let i: usize = 0; i < 128; i += 8) store<u64>(w + i, bswap<u64>(load<u64>(block + i)));
  for (let i: usize = 128; i < 640; i += 8) {
    const at = w + i;
    const x = load<u64>(at - 120);
    const y = load<u64>(at - 16);
    const s0 = rotr<u64>(x, 1) ^ rotr<u64>(x, 8) ^ (x >> 7);
    const s1 = rotr<u64>(y, 19) ^ rotr<u64>(y, 61) ^ (y >> 6);
    store<u64>(at, load<u64>(at - 128) + s0 + load<u64>(at - 56) + s1);
  }
  let a = load<u64>(state);
  let b = load<u64>(state, 8);
  let c = load<u64>(state, 16);
  let d = load<u64>(state, 24);
  let e = load<u64>(state, 32);
  let f = load<u64>(state, 40);
  let g = load<u64>(state, 48);
  let h = load<u64>(state, 56);
  for (let i: usize = 0; i < 640; i += 8) {
    const s1 = rotr<u64>(e, 14) ^ rotr<u64>(e, 18) ^ rotr<u64>(e, 41);
    const first = h + s1 + (g ^ (e & (f ^ g))) + load<u64>(rounds + i) + load<u64>(w + i);
    const s0 = rotr<u64>(a, 28) ^ rotr<u64>(a, 34) ^ rotr<u64>(a, 39);
    const second = s0 + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  store<u64>(state, load<u64>(state) + a);
  store<u64>(state, load<u64>(state, 8) + b, 8);
  store<u64>(state, load<u64>(state, 16) + c, 16);
  store<u64>(state, load<u64>(state, 24) + d, 24);
  store<u64>(state, load<u64>(state, 32) + e, 32);
  store<u64>(state, load<u64>(state, 40) + f, 40);
  store<u64>(state, load<u64>(state, 48) + g, 48);
  store<u64>(state, load<u64>(state, 56) + h, 56);
}
