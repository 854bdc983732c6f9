/** What the exports of hooks call that have no frame: JSON, bytes, or nothing at all. */
import { beginCall } from "./frame";
import { PluginHealth } from "./health";
import { quote } from "./json";
import { textMember } from "./json-members";
import * as kernel from "./kernel";
import { outputBytes, outputText } from "./output";
import { PluginCall } from "./plugin-call";
import { Tick } from "./tick";
import { readInput } from "./transfer";
import { decode } from "./utf8";

export function runLifecycle<T extends Function>(call: T): i32 {
  beginCall();
  call();
  return 0;
}

export function runHealthCheck<T extends Function>(call: T): i32 {
  beginCall();
  const health: PluginHealth = call();
  const status = health.status;
  const message = health.message;
  if (status != "healthy" && status != "degraded" && status != "unhealthy") {
    throw new TypeError(
      `healthCheck must return { status: "healthy" | "degraded" | "unhealthy" }; its status was ${quote(status)}`,
    );
  }
  const end = message === null ? "}" : `,"message":${quote(message)}}`;
  outputText(`{"status":${quote(status)}${end}`);
  return 0;
}

export function runMetrics<T extends Function>(call: T): i32 {
  beginCall();
  const figures: Map<string, f64> = call();
  const names = figures.keys();
  let json = "{";
  for (let i = 0, count = names.length; i < count; i++) {
    const value = figures.get(names[i]);
    if (!isFinite(value)) {
      throw new TypeError(
        `getMetrics must return a Map or an object of finite numbers; it returned ${names[i]}: ${value}`,
      );
    }
    json += `${i == 0 ? "" : ","}${quote(names[i])}:${value}`;
  }
  outputText(json + "}");
  return 0;
}

/** JSON as text, both ways. */
export function runJson<T extends Function>(call: T): i32 {
  beginCall();
  const length = <usize>kernel.inputLength();
  const json = decode(readInput(length), length);
  if (isVoid<ReturnType<T>>()) {
    if (lengthof<T>() == 0) call();
    else call(json);
    return 0;
  }
  const answer: string | null = lengthof<T>() == 0 ? call() : call(json);
  if (answer !== null) outputText(answer);
  return 0;
}

export function runTick<T extends Function>(call: T): i32 {
  beginCall();
  const length = <usize>kernel.inputLength();
  const from = readInput(length);
  const tick = new Tick(textOf(from, from + length, "name"), textOf(from, from + length, "at"));
  if (lengthof<T>() == 0) call();
  else call(tick);
  return 0;
}

function textOf(from: usize, end: usize, name: string): string {
  const text = textMember(from, end, name);
  return text === null ? "" : text;
}

export function runCall<T extends Function>(call: T): i32 {
  beginCall();
  const length = <usize>kernel.inputLength();
  const input = new Uint8Array(<i32>length);
  memory.copy(input.dataStart, readInput(length), length);
  const given = new PluginCall(input);
  if (isVoid<ReturnType<T>>()) {
    if (lengthof<T>() == 0) call();
    else call(given);
  } else if (isString<ReturnType<T>>()) {
    const text: string | null = lengthof<T>() == 0 ? call() : call(given);
    if (text !== null) outputText(text);
  } else {
    const bytes: Uint8Array | null = lengthof<T>() == 0 ? call() : call(given);
    if (bytes !== null) outputBytes(bytes);
  }
  return 0;
}
