import { assertNever } from "../../host/src/lib/assert.ts";
import { matchesFloat, parseFloatPattern, parseInteger, type FloatPattern } from "./number.ts";
import { isList, type List, type Node } from "./s-expression.ts";

/** A constant of a script. What a function returned is compared as bits, since NaNs have many. */
export type Value =
  | { readonly kind: "int"; readonly width: 32 | 64; readonly bits: bigint }
  | { readonly kind: "float"; readonly width: 32 | 64; readonly pattern: FloatPattern }
  | { readonly kind: "vector"; readonly lanes: readonly Lane[] }
  | { readonly kind: "ref"; readonly type: string; readonly host: string | undefined }
  | { readonly kind: "either"; readonly values: readonly Value[] };

type Lane = { readonly width: number } & (
  { readonly bits: bigint } | { readonly pattern: FloatPattern }
);

const SHAPES: Readonly<Record<string, readonly [count: number, width: number]>> = {
  i8x16: [16, 8],
  i16x8: [8, 16],
  i32x4: [4, 32],
  i64x2: [2, 64],
  f32x4: [4, 32],
  f64x2: [2, 64],
};

export function parseValue(node: Node): Value {
  if (!isList(node)) throw new Error("a constant is expected");
  const [type = "", ...rest] = node.items.map((item) => (typeof item === "string" ? item : ""));
  const literal = rest[0] ?? "";
  switch (type) {
    case "i32.const":
      return { kind: "int", width: 32, bits: BigInt.asUintN(32, parseInteger(literal)) };
    case "i64.const":
      return { kind: "int", width: 64, bits: BigInt.asUintN(64, parseInteger(literal)) };
    case "f32.const":
      return { kind: "float", width: 32, pattern: parseFloatPattern(literal, 32) };
    case "f64.const":
      return { kind: "float", width: 64, pattern: parseFloatPattern(literal, 64) };
    case "v128.const":
      return parseVector(rest);
    case "either":
      return { kind: "either", values: node.items.slice(1).map(parseValue) };
    default:
      return { kind: "ref", type, host: rest[0] };
  }
}

export function parseValues(list: List, from: number): Value[] {
  return list.items.slice(from).map(parseValue);
}

function parseVector([shape = "", ...literals]: readonly string[]): Value {
  const [count = 0, width = 0] = SHAPES[shape] ?? [];
  const lanes = literals.slice(0, count).map((literal): Lane => {
    if (!shape.startsWith("f"))
      return { width, bits: BigInt.asUintN(width, parseInteger(literal)) };
    return { width, pattern: parseFloatPattern(literal, width === 32 ? 32 : 64) };
  });
  return { kind: "vector", lanes };
}

export function bitsOf(value: Value): bigint {
  switch (value.kind) {
    case "int":
      return value.bits;
    case "float":
      return value.pattern.bits;
    case "vector":
      return value.lanes.reduceRight(
        (bits, lane) => (bits << BigInt(lane.width)) | laneBits(lane),
        0n,
      );
    case "ref":
    case "either":
    default:
      throw new Error(`a ${value.kind} has no bits`);
  }
}

/** `got` is the bits of a number or vector, or a reference as JavaScript sees it. */
export function matches(expected: Value, got: unknown): boolean {
  switch (expected.kind) {
    case "either":
      return expected.values.some((value) => matches(value, got));
    case "int":
      return got === expected.bits;
    case "float":
      return typeof got === "bigint" && matchesFloat(expected.pattern, got, expected.width);
    case "vector":
      return typeof got === "bigint" && matchesLanes(expected.lanes, got);
    case "ref":
      return matchesRef(expected.type, expected.host, got);
    default:
      return assertNever(expected, "value");
  }
}

function matchesLanes(lanes: readonly Lane[], got: bigint): boolean {
  let rest = got;
  return lanes.every((lane) => {
    const bits = BigInt.asUintN(lane.width, rest);
    rest >>= BigInt(lane.width);
    if ("bits" in lane) return bits === lane.bits;
    return matchesFloat(lane.pattern, bits, lane.width === 32 ? 32 : 64);
  });
}

function laneBits(lane: Lane): bigint {
  return "bits" in lane ? lane.bits : lane.pattern.bits;
}

function matchesRef(type: string, host: string | undefined, got: unknown): boolean {
  switch (type) {
    case "ref.null":
      return got === null || got === undefined;
    case "ref.func":
      return typeof got === "function";
    case "ref.i31":
      return typeof got === "number";
    case "ref.extern":
    case "ref.host":
      return host === undefined ? got !== null : got === hostReference(host);
    default:
      return got !== null;
  }
}

const hostReferences = new Map<string, object>();

/** The object that `(ref.extern N)` stands for, the same each time. */
export function hostReference(name: string): object {
  const known = hostReferences.get(name);
  if (known !== undefined) return known;
  const made = { host: name };
  hostReferences.set(name, made);
  return made;
}
