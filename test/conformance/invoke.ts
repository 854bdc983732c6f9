import type { FunctionType } from "../../host/src/wasm/inspect.ts";
import { wat } from "../support/wat.ts";
import { floatBits } from "./number.ts";
import { bitsOf, hostReference, type Value } from "./value.ts";

const scratch = new DataView(new ArrayBuffer(8));
const wrappers = new Map<string, WebAssembly.Module>();

/** Calls an export with exact bits; the results are bits, or references. */
export function invoke(
  callee: Function,
  type: FunctionType,
  parameters: readonly Value[],
): unknown[] {
  const types = [...type.params, ...type.results];
  const needsBits = types.some((name) => ["f32", "f64", "v128"].includes(name));
  const hasReferences = types.some((name) => name.includes("ref"));
  const how = needsBits && !hasReferences ? invokeBits : invokeFromJs;
  return how(callee, type, parameters);
}

/**
 * JavaScript cannot hold vectors nor tell NaNs apart: a small module stands between, which takes
 * and returns everything as integers.
 */
function invokeBits(callee: Function, type: FunctionType, parameters: readonly Value[]): unknown[] {
  const instance = new WebAssembly.Instance(wrapperOf(type), { callee: { call: callee } });
  const integers = parameters.flatMap((value) => toIntegers(value));
  const wrapped = instance.exports["wrapped"];
  if (typeof wrapped !== "function") throw new Error("the wrapper has no function");
  const count = type.results.flatMap((name) => (name === "v128" ? [name, name] : [name])).length;
  const results = asList(Reflect.apply(wrapped, undefined, integers), count);
  return type.results.map((name) => {
    const low = results.shift();
    if (name !== "v128") return fromInteger(name, low);
    const high = fromInteger("i64", results.shift());
    return fromInteger("i64", low) | (high << 64n);
  });
}

function toIntegers(value: Value): (number | bigint)[] {
  const bits = bitsOf(value);
  if (value.kind === "vector") return [BigInt.asIntN(64, bits), BigInt.asIntN(64, bits >> 64n)];
  const width = value.kind === "int" || value.kind === "float" ? value.width : 64;
  return width === 32 ? [Number(BigInt.asIntN(32, bits))] : [BigInt.asIntN(64, bits)];
}

function fromInteger(type: string, value: unknown): bigint {
  const width = type === "i32" || type === "f32" ? 32 : 64;
  return BigInt.asUintN(width, BigInt(String(value)));
}

function invokeFromJs(
  callee: Function,
  type: FunctionType,
  parameters: readonly Value[],
): unknown[] {
  const results = asList(
    Reflect.apply(callee, undefined, parameters.map(toJs)),
    type.results.length,
  );
  return results.map((result, index) => bitsOfJs(type.results[index] ?? "", result));
}

function toJs(value: Value): unknown {
  if (value.kind === "ref")
    return value.type === "ref.null" ? null : hostReference(value.host ?? "");
  if (value.kind === "int") {
    return value.width === 32
      ? Number(BigInt.asIntN(32, value.bits))
      : BigInt.asIntN(64, value.bits);
  }
  if (value.kind !== "float") throw new Error(`${value.kind} beside references is not supported`);
  if (value.width === 32) {
    scratch.setUint32(0, Number(value.pattern.bits));
    return scratch.getFloat32(0);
  }
  scratch.setBigUint64(0, value.pattern.bits);
  return scratch.getFloat64(0);
}

/** The bits of a value that JavaScript got from a global or a function. */
export function bitsOfJs(type: string, value: unknown): unknown {
  switch (type) {
    case "i32":
    case "i64":
      return fromInteger(type, value);
    case "f32":
      return floatBits(Number(value), 32);
    case "f64":
      return floatBits(Number(value), 64);
    default:
      return value;
  }
}

function asList(result: unknown, count: number): unknown[] {
  if (count === 0) return [];
  if (count === 1) return [result];
  if (!Array.isArray(result)) throw new TypeError("several results are an array");
  return result;
}

function wrapperOf(type: FunctionType): WebAssembly.Module {
  const key = `${type.params.join()}>${type.results.join()}`;
  const known = wrappers.get(key);
  if (known !== undefined) return known;
  const made = new WebAssembly.Module(wat(wrapperText(type)));
  wrappers.set(key, made);
  return made;
}

const AS_INTEGERS: Readonly<Record<string, string>> = { f32: "i32", f64: "i64", v128: "i64 i64" };

function asIntegers(types: readonly string[]): string {
  return types.map((name) => AS_INTEGERS[name] ?? name).join(" ");
}

function wrapperText({ params, results }: FunctionType): string {
  let index = 0;
  const inputs = params.map((name) => {
    const get = `(local.get ${index++})`;
    if (name === "f32") return `(f32.reinterpret_i32 ${get})`;
    if (name === "f64") return `(f64.reinterpret_i64 ${get})`;
    if (name !== "v128") return get;
    return `(i64x2.replace_lane 1 (i64x2.splat ${get}) (local.get ${index++}))`;
  });
  const outputs = results.map((name, place) => {
    const get = `(local.get $r${place})`;
    if (name === "f32") return `(i32.reinterpret_f32 ${get})`;
    if (name === "f64") return `(i64.reinterpret_f64 ${get})`;
    if (name !== "v128") return get;
    return `(i64x2.extract_lane 0 ${get}) (i64x2.extract_lane 1 ${get})`;
  });
  const sets = results.map((_, place) => `(local.set $r${results.length - 1 - place})`);
  return `(module
    (import "callee" "call" (func $call (param ${params.join(" ")}) (result ${results.join(" ")})))
    (func (export "wrapped") (param ${asIntegers(params)}) (result ${asIntegers(results)})
      ${results.map((name, place) => `(local $r${place} ${name})`).join(" ")}
      ${inputs.join(" ")} call $call ${sets.join(" ")} ${outputs.join(" ")}))`;
}
