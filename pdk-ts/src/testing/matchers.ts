import { isDeepStrictEqual } from "node:util";
import type { CallFacts, ExchangeOutcome } from "./outcome.ts";

/** What vitest and jest expect of a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  /** Of the failure, also of one with `.not`. */
  readonly message: () => string;
}

export interface Limits {
  readonly fuel?: number;
  /** Bytes of the guest's memory. */
  readonly memory?: number;
}

type Level = "trace" | "debug" | "info" | "warn" | "error";

/**
 * For `expect.extend`: `@backworks/pdk/testing/vitest` does it for vitest. What they look at is the
 * outcome of a hook.
 */
export const matchers = {
  /** It answers with this status, and this body: text, a pattern, or members of a JSON body. */
  toReply: (outcome: ExchangeOutcome, status: number, body?: unknown): MatcherResult => {
    const { reply } = outcome;
    if (reply === null) {
      return told(false, `expected ${outcome.hook} to reply ${status}, but the request goes on`);
    }
    if (reply.status !== status) {
      const shown = `${reply.status} ${shorten(reply.text)}`;
      return told(false, `expected a reply with status ${status}, found ${shown}`);
    }
    if (body === undefined) return told(true, `expected no reply with status ${status}`);
    const problem = compareBody(reply.text, body);
    return told(problem === undefined, problem ?? `expected another body than ${print(body)}`);
  },

  /** It sets or appends the header, to this value or one that matches. */
  toSetHeader: (outcome: ExchangeOutcome, name: string, value?: string | RegExp): MatcherResult => {
    const edits = outcome.edits?.headers ?? [];
    const set = edits.flatMap((edit) =>
      edit.kind !== "remove" && edit.name === name.toLowerCase() ? [edit.value] : [],
    );
    const pass = set.some((found) => value === undefined || isLike(found, value));
    const wanted = value === undefined ? name : `${name}: ${print(value)}`;
    const all = edits.map((edit) =>
      edit.kind === "remove" ? `-${edit.name}` : `${edit.name}: ${edit.value}`,
    );
    const found = all.length === 0 ? "it edits no headers" : `it edits ${all.join(", ")}`;
    return told(pass, `expected ${outcome.hook} ${pass ? "not " : ""}to set ${wanted}; ${found}`);
  },

  /** It provides the value to later plugins; of an object or a list as `toReply` compares bodies. */
  toProvide: (outcome: ExchangeOutcome, key: string, value?: unknown): MatcherResult => {
    const provided = Object.fromEntries(
      (outcome.edits?.context ?? []).map(([name, json]) => [name, JSON.parse(json) as unknown]),
    );
    const isThere = Object.hasOwn(provided, key);
    const pass = isThere && (value === undefined || includes(provided[key], value));
    const wanted = value === undefined ? key : `${key}: ${print(value)}`;
    const all = Object.entries(provided).map(([name, each]) => `${name}: ${print(each)}`);
    const found = all.length === 0 ? "it provides nothing" : `it provides ${all.join(", ")}`;
    const message = `expected ${outcome.hook} ${pass ? "not " : ""}to provide ${wanted}; ${found}`;
    return told(pass, message);
  },

  /** The message goes on as it came, and nothing is answered; context may be provided. */
  toPassThrough: (outcome: ExchangeOutcome): MatcherResult => {
    const { hook, passes, reply, edits, verdict } = outcome;
    if (passes) return told(true, `expected ${hook} to change or answer something`);
    const did =
      hook === "before_request" && reply !== null
        ? `it replies ${reply.status} ${shorten(reply.text)}`
        : `it answers ${print(verdict ?? withoutNothing(edits))}`;
    return told(false, `expected ${hook} to let the exchange pass, but ${did}`);
  },

  /** It logs a text, or one that matches, at this level. */
  toLog: ({ hook, logs }: CallFacts, level: Level, text: string | RegExp): MatcherResult => {
    const pass = logs.some((line) => line.level === level && isLike(line.text, text));
    const all = logs.map((line) => `  ${line.level}: ${line.text}`);
    const found = all.length === 0 ? "it logs nothing" : `it logs\n${all.join("\n")}`;
    const wanted = `${level}: ${print(text)}`;
    return told(pass, `expected ${hook} ${pass ? "not " : ""}to log ${wanted}; ${found}`);
  },

  /** It takes at most so much. */
  toStayWithin: ({ hook, fuel, memoryBytes }: CallFacts, limits: Limits): MatcherResult => {
    const over = [
      ...exceeding("fuel", fuel, limits.fuel),
      ...exceeding("memory", memoryBytes, limits.memory),
    ];
    if (over.length > 0) return told(false, `${hook} takes more than it may: ${over.join(", ")}`);
    return told(true, `expected ${hook} to take more than ${JSON.stringify(limits)}`);
  },
} as const;

function told(pass: boolean, message: string): MatcherResult {
  return { pass, message: () => message };
}

function compareBody(text: string, body: unknown): string | undefined {
  if (typeof body === "string" || body instanceof RegExp) {
    if (isLike(text, body)) return undefined;
    return `expected the body ${print(body)}, found ${shorten(text)}`;
  }
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return `expected a JSON body, found ${shorten(text)}`;
  }
  if (includes(found, body)) return undefined;
  return `expected a body with ${JSON.stringify(body)}, found ${shorten(text)}`;
}

/** Members that are named have to be there; lists have to be as long, too. */
function includes(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return isDeepStrictEqual(found, wanted);
  if (isAsymmetric(wanted)) return wanted.asymmetricMatch(found);
  if (typeof found !== "object" || found === null) return false;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((item, index) => includes(found[index], item))
    );
  }
  return Object.entries(wanted).every(([key, value]) => includes(Reflect.get(found, key), value));
}

/** `expect.any(Number)` and its like. */
function isAsymmetric(
  wanted: object,
): wanted is { readonly asymmetricMatch: (found: unknown) => boolean } {
  return "asymmetricMatch" in wanted && typeof wanted.asymmetricMatch === "function";
}

function isLike(found: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? found === wanted : wanted.test(found);
}

function exceeding(what: string, found: number, most: number | undefined): string[] {
  if (most === undefined || found <= most) return [];
  return [`${what} ${found.toLocaleString("en")} of ${most.toLocaleString("en")}`];
}

function withoutNothing(edits: ExchangeOutcome["edits"]): object {
  return Object.fromEntries(
    Object.entries(edits ?? {}).filter(
      ([, edit]) => !isDeepStrictEqual(edit, []) && edit !== undefined,
    ),
  );
}

function print(value: unknown): string {
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}

const SHOWN_MAX = 400;

function shorten(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);
}
