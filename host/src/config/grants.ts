import { isRange } from "../lib/address-range.ts";
import { parseOrigin } from "../lib/origin.ts";
import {
  HTTP_DEFAULTS,
  KV_DEFAULTS,
  METRICS_DEFAULTS,
  NO_GRANTS,
} from "../contracts/capabilities.ts";
import type {
  EventTopics,
  Grants,
  HookGrant,
  HttpGrant,
  KvGrant,
  MetricsGrant,
} from "../contracts/capabilities.ts";
import { HOOKS, isExchangeHookName } from "../contracts/hooks.ts";
import { ORIGIN_EXPECTED } from "./asked.ts";
import type { Cursor } from "./cursor.ts";
import type { Notes } from "./endpoints.ts";
import { readPart, writePart } from "./hook-fields.ts";
import type { WrittenReads, WrittenWrites } from "./hook-fields.ts";

const EXCHANGE_HOOKS = Object.keys(HOOKS).filter(isExchangeHookName);

interface WrittenHookGrant {
  readonly reads?: WrittenReads;
  readonly writes?: WrittenWrites;
}

/** Resolves `plugins.NAME.grants`. What is not written down is not granted. */
export function readGrants(plugin: Cursor, notes: Notes): Grants {
  const written = plugin.get("grants");
  if (written === undefined) return NO_GRANTS;
  return {
    kv: readKv(written.get("kv")),
    http: readHttp(written.get("http"), notes),
    secrets: readSecrets(written.get("secrets"), notes),
    plugins: textsOf(written.get("plugins")),
    events: readTopics(written.get("events")),
    metrics: readMetrics(written.get("metrics")),
    clock: written.get("clock")?.flag() ?? false,
    random: written.get("random")?.flag() ?? false,
    sql: textsOf(written.get("sql")),
    tcp: textsOf(written.get("tcp")),
    hooks: readHooks(written.get("hooks")),
  };
}

function readKv(written: Cursor | undefined): KvGrant | undefined {
  if (written === undefined || written.json() === false) return undefined;
  return {
    namespace: written.get("namespace")?.text(),
    bytesMax: written.get("bytes_max")?.number() ?? KV_DEFAULTS.bytesMax,
    keysMax: written.get("keys_max")?.number() ?? KV_DEFAULTS.keysMax,
  };
}

function readHttp(written: Cursor | undefined, notes: Notes): HttpGrant | undefined {
  if (written === undefined) return undefined;
  const allow = written.get("allow")?.items() ?? [];
  const ranges = written.get("ranges")?.items() ?? [];
  for (const at of ranges.filter((range) => !isRange(range.text()))) {
    problem(at, "expected an address range such as 10.1.0.0/16", notes);
  }
  return {
    allow: allow.flatMap((at) => {
      const origin = parseOrigin(at.text());
      if (origin === undefined) problem(at, ORIGIN_EXPECTED, notes);
      return origin ?? [];
    }),
    private: written.get("private")?.flag() ?? HTTP_DEFAULTS.private,
    ranges: ranges.map((range) => range.text()),
    timeoutMs: written.get("timeout_ms")?.number() ?? HTTP_DEFAULTS.timeoutMs,
    responseBytesMax: written.get("response_bytes_max")?.number() ?? HTTP_DEFAULTS.responseBytesMax,
    callsMax: written.get("calls_max")?.number() ?? HTTP_DEFAULTS.callsMax,
  };
}

function readSecrets(written: Cursor | undefined, notes: Notes): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [name, at] of written?.entries() ?? []) {
    secrets.set(name, at.printed());
    if (at.node.kind !== "scalar" || at.node.variables.length > 0) continue;
    const message = `${at.label}: the secret stands in the file itself: take it from a variable, as in \${${name}}`;
    notes.warnings.push({ message, position: at.position });
  }
  return secrets;
}

function readTopics(written: Cursor | undefined): EventTopics {
  return {
    publish: textsOf(written?.get("publish")),
    subscribe: textsOf(written?.get("subscribe")),
  };
}

function readMetrics(written: Cursor | undefined): MetricsGrant | undefined {
  if (written === undefined || written.json() === false) return undefined;
  return { seriesMax: written.get("series_max")?.number() ?? METRICS_DEFAULTS.seriesMax };
}

function readHooks(written: Cursor | undefined): Grants["hooks"] {
  return Object.fromEntries(
    EXCHANGE_HOOKS.flatMap((hook) => {
      const at = written?.get(hook);
      return at === undefined ? [] : [[hook, readHook(at)]];
    }),
  );
}

function readHook(written: Cursor): HookGrant {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has found it so
  const { reads = {}, writes = {} } = written.json() as WrittenHookGrant;
  return { reads: readPart(reads), writes: writePart(writes) };
}

function textsOf(written: Cursor | undefined): string[] {
  return written?.texts() ?? [];
}

function problem(at: Cursor, message: string, notes: Notes): void {
  notes.problems.add("config_invalid", `${at.label}: ${message}`, at.position);
}
