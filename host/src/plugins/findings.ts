import { REQUEST_CREDENTIALS, RESPONSE_CREDENTIALS } from "../abi/exchange-frame.ts";
import { NO_GRANTS } from "../contracts/capabilities.ts";
import {
  HOOKS,
  HOOKS_AHEAD,
  isExchangeHookName,
  isHookName,
  isVerdictHookName,
} from "../contracts/hooks.ts";
import { SENSITIVE_HEADERS, SENSITIVE_PREFIXES } from "../contracts/manifest.ts";
import type { HookDeclaration, Manifest } from "../contracts/manifest.ts";
import { printOrigin } from "../lib/origin.ts";
import { nearest } from "../lib/suggest.ts";
import { STARTERS } from "../sandbox/linked-guest.ts";
import { PLUGIN_LIMITS } from "../wasm/limits.ts";
import type { ModuleSummary } from "../wasm/inspect.ts";
import type { CheckedPlugin } from "./check.ts";
import { isInside, isReserved } from "./inside.ts";
import { findDenied, findNeeded } from "./grants.ts";

/** `serious`: think before you grant it; `caution`: know it; `note`: for the author. */
export const SEVERITIES = ["serious", "caution", "note"] as const;

/** Something about a plugin that a person who drops it in should know. */
export interface Finding {
  readonly severity: (typeof SEVERITIES)[number];
  /** One sentence, without its full stop. */
  readonly what: string;
}

/**
 * What is remarkable about a plugin that passed all checks, worst first; `cut` is what it asks for and
 * does not get.
 */
export function findFindings(
  { manifest, summary }: CheckedPlugin,
  cut: readonly string[],
): Finding[] {
  const findings = [
    ...Object.entries(manifest.hooks).flatMap(([name, hook]) => judgeHook(name, hook)),
    ...judgeRights(manifest, summary),
    ...judgeStart(summary),
    ...judgeModule(summary),
    ...judgeExports(manifest, summary),
    ...cut.map(caution),
    ...judgeManifest(manifest),
  ];
  return SEVERITIES.flatMap((severity) => findings.filter((found) => found.severity === severity));
}

function serious(what: string): Finding {
  return { severity: "serious", what };
}

function caution(what: string): Finding {
  return { severity: "caution", what };
}

function note(what: string): Finding {
  return { severity: "note", what };
}

function judgeHook(name: string, { match, reads, writes }: HookDeclaration): Finding[] {
  if (isHookName(name) && HOOKS_AHEAD.has(name)) {
    return [note(`it has ${name}, which no host of this version calls`)];
  }
  if (!isExchangeHookName(name)) return [];
  const seen = [
    ...reads.headers.filter((header) => REQUEST_CREDENTIALS.has(header)),
    ...(HOOKS[name].input === "response"
      ? reads.responseHeaders.filter((header) => RESPONSE_CREDENTIALS.has(header))
      : []),
  ];
  const changed = [...new Set([...writes.headers, ...writes.responseHeaders])].filter(isSensitive);
  const isOnAll = match.routes === undefined && match.paths === undefined;
  const findings: Finding[] = [];
  if (name === "authenticate") {
    findings.push(serious("authenticate says who your users are: its word is taken"));
  }
  if (isVerdictHookName(name)) {
    findings.push(caution(`requests that ${name} denies, or fails on, end there`));
  }
  if (seen.length > 0) {
    findings.push(serious(`${name} sees ${list(seen)}: the credentials of your users`));
  }
  if (changed.length > 0) {
    findings.push(serious(`${name} may change ${list(changed)}: they decide about security`));
  }
  if (isOnAll && name !== "process_endpoint" && reads.body.mode !== "none") {
    findings.push(caution(`${name} sees the body on every route`));
  }
  if (reads.headers.includes("*")) {
    findings.push(
      caution(`${name} sees all request headers but authorization, proxy-authorization and cookie`),
    );
  }
  return findings;
}

function isSensitive(header: string): boolean {
  return (
    SENSITIVE_HEADERS.has(header) || SENSITIVE_PREFIXES.some((prefix) => header.startsWith(prefix))
  );
}

function judgeRights({ capabilities }: Manifest, { imports }: ModuleSummary): Finding[] {
  const { http, secrets, sql, tcp } = capabilities;
  const open = http.filter(({ isWildcard }) => isWildcard).map(printOrigin);
  const reserved = http.filter(isReserved).map(printOrigin);
  const inside = http.filter(isInside).map(printOrigin);
  const plain = http.filter(({ scheme }) => scheme === "http").map(printOrigin);
  const asked = new Set(findDenied(capabilities, NO_GRANTS).map(({ capability }) => capability));
  const needed = new Set(findNeeded(imports).map(({ capability }) => capability));
  const findings: Finding[] = [];
  if (open.length > 0)
    findings.push(serious(`it asks for http to ${list(open)}: to any such host`));
  if (reserved.length > 0) {
    findings.push(
      serious(
        `it asks for http to ${list(reserved)}: metadata services there give a machine's credentials to whoever asks; only a range in grants.http.ranges lets it, which is not offered for copying`,
      ),
    );
  }
  if (inside.length > 0) {
    findings.push(serious(`it asks for http to ${list(inside)}: into your own network`));
  }
  if (secrets.length > 0) findings.push(serious(`it asks for the secrets ${list(secrets)}`));
  if (sql.length > 0) findings.push(serious(`it asks for the databases ${list(sql)}`));
  if (tcp.length > 0) findings.push(serious(`it asks for connections to ${list(tcp)}`));
  if (plain.length > 0) {
    findings.push(caution(`it asks for http to ${list(plain)}: anybody on the way can read along`));
  }
  for (const capability of asked) {
    if (needed.has(capability) || (capability === "clock" && asksTime(imports))) continue;
    findings.push(note(`it asks for ${capability} and imports nothing that uses it`));
  }
  return findings;
}

/** With the right clock, WASI's runs too. */
function asksTime(imports: ModuleSummary["imports"]): boolean {
  return imports.some(({ name }) => name === "clock_time_get");
}

function judgeModule({ memories, tables, customSections }: ModuleSummary): Finding[] {
  const { memoryPagesMax, tableSlotsMax } = PLUGIN_LIMITS;
  const findings: Finding[] = [];
  for (const { pagesMax } of memories) {
    const says = pagesMax === undefined ? "no maximum of memory" : `${pagesMax} pages of memory`;
    if (pagesMax !== undefined && pagesMax <= memoryPagesMax) continue;
    findings.push(note(`it names ${says}: it never gets more than ${memoryPagesMax} pages`));
  }
  for (const { slotsMax } of tables) {
    if (slotsMax !== undefined && slotsMax <= tableSlotsMax) continue;
    findings.push(note(`a table of it may grow: it never gets more than ${tableSlotsMax} slots`));
  }
  const debug = [...customSections].filter(([name]) => name.startsWith(".debug_"));
  if (debug.length > 0) {
    const bytes = debug.reduce((sum, [, section]) => sum + section.length, 0);
    findings.push(note(`${bytes} bytes of it are for debuggers: nothing here reads them`));
  }
  return findings;
}

/** What a look at the file cannot tell: nothing of it runs before a start. */
function judgeStart({ start, exports }: ModuleSummary): Finding[] {
  const names = new Set(exports.flatMap(({ kind, name }) => (kind === "func" ? [name] : [])));
  const exported = [...STARTERS, ["initialize"]].flatMap((each) =>
    each.filter((name) => names.has(name)).slice(0, 1),
  );
  const found = [...(start === undefined ? [] : ["a start function"]), ...exported];
  if (found.length === 0) return [];
  return [
    note(
      `each new instance first runs ${list(found)}: whether that ends within its limits, only a start tells`,
    ),
  ];
}

/** Exports that their author may expect to be called. */
function judgeExports({ hooks }: Manifest, { exports }: ModuleSummary): Finding[] {
  return exports.flatMap(({ name, kind }) => {
    if (kind !== "func" || Object.hasOwn(hooks, name)) return [];
    // The exception: it is called whatever the manifest says.
    if (name === "initialize") return [];
    if (isHookName(name)) {
      return [caution(`it exports ${name}, which its manifest does not declare: never called`)];
    }
    const meant = nearest(name, Object.keys(HOOKS));
    if (meant === undefined || name.startsWith("_") || Object.hasOwn(hooks, meant)) return [];
    return [note(`it exports ${name}, which nobody calls: did you mean ${meant}?`)];
  });
}

function judgeManifest({ critical, stateful, license }: Manifest): Finding[] {
  const findings: Finding[] = [];
  if (stateful) {
    findings.push(caution("it is stateful: one instance serves all requests, one after another"));
  }
  if (critical) findings.push(caution("it is critical: when it fails, requests fail with 503"));
  if (license === "") findings.push(note("it names no license"));
  return findings;
}

function list(names: readonly string[]): string {
  return names.join(", ");
}
