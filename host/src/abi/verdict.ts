import { isUtf8 } from "node:buffer";
import type { VerdictHookName } from "../contracts/hooks.ts";
import { isJsonObject } from "../contracts/json.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import type { Verdict } from "../contracts/security.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { JSON_DEPTH_MAX, nestsTooDeep } from "./json-line.ts";

/** An identity goes into the frames of later hooks: as long as the head of their answers. */
const VERDICT_BYTES_MAX = 16 * 1024;
const ROLES_MAX = 100;

/** Texts without control characters, of so many characters. */
const SUBJECT = /^[^\p{Cc}]{1,256}$/u;
const ROLE = /^[^\p{Cc}]{1,128}$/u;
const REASON = /^[^\p{Cc}]{1,1000}$/u;
/** A header value in ASCII (RFC 9110 5.5). */
const CHALLENGE = /^[\x21-\x7e](?:[\t\x20-\x7e]{0,998}[\x21-\x7e])?$/;

/** Keys that each outcome may have besides itself, and the hook that has it. */
const OUTCOMES = {
  identified: { hook: "authenticate", keys: ["subject", "roles", "claims"] },
  allowed: { hook: "authorize", keys: [] },
  denied: { hook: undefined, keys: ["reason", "status", "challenge"] },
} as const;

/**
 * Reads what a security hook says (schemas/verdict.schema.json); an empty output is no opinion. It
 * decides who gets in: what is not understood is never passed over. Throws `guest_output_malformed`.
 */
export function readVerdict(bytes: Uint8Array, hook: VerdictHookName): Verdict | undefined {
  if (bytes.length === 0) return undefined;
  const verdict = understand(bytes, hook);
  if (typeof verdict !== "string") return verdict;
  throw new BackworksError(
    "guest_output_malformed",
    `${hook} returned a malformed verdict: ${verdict}`,
    { details: { hook, reason: verdict } },
  );
}

/** The verdict, or why it is none. */
function understand(bytes: Uint8Array, hook: VerdictHookName): Verdict | string {
  if (bytes.length > VERDICT_BYTES_MAX) return `it exceeds ${VERDICT_BYTES_MAX} bytes`;
  const value = parse(bytes);
  if (typeof value === "string") return value;
  const { outcome } = value;
  if (typeof outcome !== "string" || !isOutcome(outcome)) {
    return "outcome is none of identified, allowed, denied";
  }
  const { hook: only, keys } = OUTCOMES[outcome];
  if (only !== undefined && only !== hook) return `only ${only} answers ${outcome}`;
  const known = new Set<string>(["outcome", ...keys]);
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) return `${outcome} has no key "${escapeText(unknown, 60)}"`;
  switch (outcome) {
    case "identified":
      return readIdentity(value);
    case "allowed":
      return { kind: "allowed" };
    case "denied":
      return readDenial(value, hook);
  }
}

function isOutcome(outcome: string): outcome is keyof typeof OUTCOMES {
  return Object.hasOwn(OUTCOMES, outcome);
}

function parse(bytes: Uint8Array): JsonObject | string {
  if (!isUtf8(bytes)) return "it is not UTF-8";
  const text = new TextDecoder().decode(bytes);
  if (nestsTooDeep(text)) return `it nests deeper than ${JSON_DEPTH_MAX} levels`;
  try {
    const value: Json = JSON.parse(text);
    if (!isJsonObject(value)) return "it is no JSON object";
    return repeatsKeys(text, value) ? "a key stands in it twice" : value;
  } catch {
    return "it is not JSON";
  }
}

/** A string of a valid JSON text, and the colon behind it when it is a key. */
const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/**
 * Of two keys with one name the second counts, and a plugin that glues its verdict together from what
 * clients send would let them add one. What was parsed has as many keys as the text, or one is lost.
 */
function repeatsKeys(text: string, value: JsonObject): boolean {
  return countKeys(text) !== countKeys(JSON.stringify(value));
}

function countKeys(text: string): number {
  return Array.from(text.matchAll(STRINGS)).filter(([, colon]) => colon !== undefined).length;
}

function readIdentity({ subject, roles = [], claims = {} }: JsonObject): Verdict | string {
  if (!isText(subject, SUBJECT)) return "subject is not a text of 1 to 256 characters";
  if (!isJsonObject(claims)) return "claims is no JSON object";
  if (!Array.isArray(roles) || roles.length > ROLES_MAX) {
    return `roles is not a list of at most ${ROLES_MAX}`;
  }
  const texts = roles.filter((role: Json) => isText(role, ROLE));
  if (texts.length < roles.length) return "a role is not a text of 1 to 128 characters";
  return { kind: "identified", identity: { subject, roles: texts, claims } };
}

function readDenial(value: JsonObject, hook: VerdictHookName): Verdict | string {
  const { reason, challenge } = value;
  const { status = hook === "authenticate" ? 401 : 403 } = value;
  if (!isText(reason, REASON)) return "reason is not a text of 1 to 1000 characters";
  if (status !== 401 && status !== 403) return "status is neither 401 nor 403";
  if (challenge !== undefined && !isText(challenge, CHALLENGE)) {
    return "challenge is not a header value of 1 to 1000 ASCII characters";
  }
  return { kind: "denied", reason, status, challenge };
}

function isText(value: Json | undefined, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}
