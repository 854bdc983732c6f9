import type { LogFields } from "../../lib/logger.ts";
import { escapeText } from "../../lib/escape.ts";
import { MalformedMessage } from "./message-reader.ts";

const FACTS_MAX = 16;
const TEXT_LENGTH_MAX = 512;
const KEY = /^[a-zA-Z]{1,32}$/;

/** Facts about an error or a log record that may cross the pipe. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Fields of a log record or details of an error, on their way out of a guest's process. */
export function printFacts(facts: LogFields): string {
  return JSON.stringify(pickFacts(facts));
}

/** The same on the host's side. Throws `MalformedMessage`. */
export function readFacts(json: string): Facts {
  return pickFacts(parseObject(json));
}

/** Numbers, flags and short texts under plain names: nobody who reads facts expects more of them. */
function pickFacts(object: object): Facts {
  const facts: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(object).slice(0, FACTS_MAX)) {
    if (!KEY.test(key)) continue;
    if (typeof value === "string") facts[key] = escapeText(value, TEXT_LENGTH_MAX);
    else if (typeof value === "number" || typeof value === "boolean") facts[key] = value;
  }
  return facts;
}

function parseObject(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below, as for every other value that is no object.
  }
  throw new MalformedMessage("facts that are no JSON object");
}
