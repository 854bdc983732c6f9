import type { Edits, HeaderList } from "../../contracts/exchange.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { Verdict } from "../../contracts/security.ts";
import { printPosition, type BackworksError } from "../../lib/errors.ts";
import type { HookResult } from "../call-hook.ts";
import type { Doubles } from "../doubles/doubles.ts";
import type { PluginCase, WantedEdits, WantedSent, WrittenCase } from "./case.ts";
import { compareBytes, compareHeaders, compareJson, differs } from "./compare.ts";
import type { Played } from "./run-case.ts";

const NOTHING = new Uint8Array(0);

/** What of a case is not as it is expected, a sentence each. */
export function findDifferences(
  { written: wanted, positions }: PluginCase,
  played: Played,
  doubles: Doubles,
): string[] {
  const misses = played.results.flatMap((result) => result.misses);
  const failed = played.results.find(({ error }) => error !== undefined);
  if (misses.length > 0) return misses.map((miss) => withPlace(miss, positions));
  const effects = [
    ...compareLogs(wanted, played),
    ...compareStores(wanted, doubles),
    ...compareSends(wanted, doubles),
  ];
  if (failed !== undefined) return [...compareError(wanted.error, failed), ...effects];
  const unfailed = wanted.error === undefined ? [] : [differs(["error"], wanted.error, undefined)];
  return [
    ...unfailed,
    ...compareResponse(wanted, played),
    ...compareEdits(wanted, played),
    ...compareOutput(wanted, played),
    ...effects,
  ];
}

function compareError(wanted: string | undefined, { hook, error }: HookResult): string[] {
  if (wanted === undefined) return [`${hook} failed: ${error?.message ?? ""}`];
  const found = error === undefined ? "" : printError(error);
  return found.includes(wanted) ? [] : [differs(["error"], wanted, found)];
}

/** A miss begins with the key of the double: where it is given, the author has to look. */
function withPlace(miss: string, positions: PluginCase["positions"]): string {
  const position = positions.get(`/${miss.split(":")[0] ?? ""}`);
  return position === undefined ? miss : `${miss} (${printPosition(position)})`;
}

/** The same for a plugin that did not start. A mistake of the test is never what it expects. */
export function compareRefusals(
  wanted: string | undefined,
  refusals: readonly BackworksError[],
): string[] {
  if (wanted === undefined || refusals.some(({ code }) => code === "test_invalid")) {
    return refusals.map((error) => {
      const { position } = error;
      return `${printError(error)}${position?.line === undefined ? "" : ` (${printPosition(position)})`}`;
    });
  }
  const found = refusals.map(printError);
  return found.some((text) => text.includes(wanted))
    ? []
    : [differs(["error"], wanted, found.join("\n"))];
}

/** What the key `error` is looked for in. */
function printError({ code, message }: BackworksError): string {
  return `${code}: ${message}`;
}

function compareResponse(
  { response: wanted }: WrittenCase,
  { exchange, results }: Played,
): string[] {
  if (wanted === undefined) return [];
  const found = exchange?.response;
  if (found === undefined) {
    const called = results.map(({ hook }) => hook).join(", ") || "no hook, since none matches";
    return [`response: expected one, but the request goes on; called: ${called}`];
  }
  return [
    ...compareStatus(found.status, wanted.status, "response"),
    ...compareHeaders(found.headers, wanted.headers ?? {}, ["response", "headers"]),
    ...(wanted.body === undefined
      ? []
      : compareBytes(found.body, wanted.body, ["response", "body"])),
  ];
}

function compareStatus(found: unknown, wanted: number | undefined, of: string): string[] {
  return wanted === undefined || found === wanted ? [] : [differs([of, "status"], wanted, found)];
}

function compareEdits({ edits: wanted }: WrittenCase, { results }: Played): string[] {
  if (wanted === undefined) return [];
  const all = results.filter(({ meaning }) => meaning?.kind === "edits");
  const result = all.find(({ hook }) => hook === "before_request") ?? all[0];
  if (result?.meaning?.kind !== "edits") return ["edits: expected some, but no hook was called"];
  const { edits } = result.meaning;
  if (Object.keys(wanted).length === 0) return compareNoEdits(edits);
  return compareSomeEdits(edits, wanted);
}

function compareNoEdits(edits: Edits): string[] {
  const made = Object.entries(edits).filter(
    ([, edit]) => edit !== undefined && !(Array.isArray(edit) && edit.length === 0),
  );
  if (made.length === 0) return [];
  return [`edits: expected none, found ${made.map(([key]) => key).join(", ")}`];
}

function compareSomeEdits(edits: Edits, wanted: WantedEdits): string[] {
  const { headers = {}, target, context = {}, body } = wanted;
  const set: HeaderList = edits.headers.flatMap((edit) =>
    edit.kind === "remove" ? [] : [[edit.name, edit.value] as const],
  );
  const removed = new Set(
    edits.headers.flatMap((edit) => (edit.kind === "remove" ? edit.name : [])),
  );
  const wantedSet = Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== null),
  );
  const kept = Object.entries(headers)
    .filter(([name, value]) => value === null && !removed.has(name.toLowerCase()))
    .map(([name]) => `edits.headers.${name}: expected that it is removed`);
  const provided = Object.fromEntries(edits.context.map(([key, json]) => [key, JSON.parse(json)]));
  return [
    ...compareStatus(edits.status, wanted.status, "edits"),
    ...compareHeaders(set, wantedSet, ["edits", "headers"]),
    ...kept,
    ...(target === undefined ? [] : compareJson(edits.target, target, ["edits", "target"])),
    ...compareJson(provided, context, ["edits", "context"]),
    ...(body === undefined ? [] : compareBytes(edits.body ?? NOTHING, body, ["edits", "body"])),
  ];
}

function compareOutput({ output, verdict }: WrittenCase, { results }: Played): string[] {
  const last = results.at(-1);
  const meaning = last?.meaning;
  const failures: string[] = [];
  if (verdict !== undefined) {
    const judged = results.findLast((result) => result.meaning?.kind === "verdict")?.meaning;
    const found = judged?.kind === "verdict" ? printVerdict(judged.verdict) : null;
    failures.push(...compareJson(found, verdict, ["verdict"]));
  }
  if (output === undefined) return failures;
  if (meaning?.kind !== "answer") {
    return [...failures, ...compareBytes(last?.output ?? NOTHING, output, ["output"])];
  }
  const { bytes = NOTHING, state = "null", close } = meaning.answer;
  const sends = new TextDecoder().decode(bytes);
  const answer = { sends, state: JSON.parse(state), closes: close };
  return [...failures, ...compareJson(answer, output, ["output"])];
}

/** As the hook has written it. */
function printVerdict(verdict: Verdict | undefined): JsonObject | null {
  if (verdict === undefined) return null;
  if (verdict.kind === "allowed") return { outcome: "allowed" };
  if (verdict.kind === "identified") return { outcome: "identified", ...verdict.identity };
  const { reason, status, challenge } = verdict;
  return { outcome: "denied", reason, status, ...(challenge !== undefined && { challenge }) };
}

function compareLogs({ logs: wanted = [] }: WrittenCase, { results }: Played): string[] {
  const found = results.flatMap(({ logs }) => logs);
  return wanted.flatMap((record, index) => {
    const [[level, text] = ["", ""]] = Object.entries(record);
    if (found.some((line) => line.level === level && line.text.includes(text))) return [];
    const all = found.map((line) => `${line.level}: ${line.text}`);
    return [differs(["logs", index], `${level}: ${text}`, all)];
  });
}

function compareStores({ stores = {} }: WrittenCase, doubles: Doubles): string[] {
  return Object.entries(stores).flatMap(([key, wanted]) => {
    const found = doubles.getKv(key);
    const path = ["stores", key];
    if (wanted === null) {
      return found === undefined ? [] : [differs(path, null, new TextDecoder().decode(found))];
    }
    return found === undefined
      ? [differs(path, wanted, undefined)]
      : compareBytes(found, wanted, path);
  });
}

function compareSends({ sends: wanted }: WrittenCase, { http }: Doubles): string[] {
  if (wanted === undefined) return [];
  const found = http.requests;
  if (found.length !== wanted.length) {
    const sent = found.map(({ method, url }) => `${method} ${url}`);
    return [`sends: expected ${wanted.length} requests, found ${JSON.stringify(sent)}`];
  }
  return wanted.flatMap(({ body, ...others }: WantedSent, index) => {
    const request = found[index];
    const path = ["sends", index];
    const rest = compareJson(request, others, path);
    const bytes = new TextEncoder().encode(request?.body);
    return body === undefined ? rest : [...rest, ...compareBytes(bytes, body, [...path, "body"])];
  });
}
