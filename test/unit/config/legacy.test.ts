import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LEGACY_KEYS } from "../../../host/src/config/legacy/keys.ts";
import type { LegacyKey, LegacyMap } from "../../../host/src/config/legacy/keys.ts";
import { loadText, printWarnings, problemsOf } from "./load-text.ts";

test("what was only for show is warned about, and the rest still loads", async () => {
  const config = await loadText(`
dashboard: { enabled: true, port: 3000 }
ai: { enabled: true }
monitoring: { metrics: { custom: [] }, alerts: { rules: [] }, unheard_of: 1 }
logging: { level: debug, file: ./app.log, include_body: false }
endpoints:
  users: { path: /users, response: {}, monitoring: { icon: user } }
`);
  expect(printWarnings(config)).toEqual([
    "2:1 dashboard: there is no dashboard in this release: see /health and the logs",
    "3:1 ai: it has no effect in this release: remove it",
    "4:26 monitoring.metrics.custom: the host has no metrics of yours: a plugin that is granted `metrics` reports them",
    "4:40 monitoring.alerts: no alerts are sent in this release: watch /health and the logs",
    "4:63 monitoring.unheard_of: it has no effect in this release: remove it",
    "5:26 logging.file: logs go to the standard output: let the service manager write the file",
    "5:43 logging.include_body: bodies are never logged: remove it",
    "7:40 endpoints.users.monitoring: it has no effect in this release: remove it",
  ]);
  expect(config.logging.level).toBe("debug");
});

test("what is switched off needs no word", async () => {
  const config = await loadText(`
dashboard: { enabled: false }
security: { cors: { enabled: false }, authentication: { enabled: false, type: jwt } }
plugins: { old: { enabled: false, hooks: [before_request], exclude_paths: [/a] } }
`);
  expect(printWarnings(config)).toEqual([]);
});

const REFUSED: readonly [text: string, start: string][] = [
  ["security: {cors: {enabled: true}}", "1:12 config_unsupported security.cors: CORS is not part"],
  ["security: {rate_limiting: {}}", "1:12 config_unsupported security.rate_limiting: rate limits"],
  [
    "security: {validation: {max_body_size: 10MB}}",
    "1:12 config_unsupported security.validation: bodies are not checked in this release: for their size, use server.body_bytes_max",
  ],
  ["security: {headers: {}}", "1:12 config_unsupported security.headers: headers are not added"],
  ["security: {unheard_of: 1}", "1:12 config_unsupported security.unheard_of: it is not part"],
  ["security: true", "1:1 config_unknown_key security: unknown key"],
  ["database: {type: sqlite}", "1:1 config_unsupported database: databases are not part"],
  ["apis: {stripe: {}}", "1:1 config_unsupported apis: calls of other services"],
  ["middlewares: []", "1:1 config_unsupported middlewares: middlewares are not part"],
  ["includes: [./a.yaml]", "1:1 config_unsupported includes: other files are not included"],
  ["extends: ./a.yaml", "1:1 config_unsupported extends: other files are not included"],
  ["environments: {production: {}}", "1:1 config_unsupported environments: a file is one"],
  ["mode: proxy", "1:1 config_unsupported mode: this mode is not part of this release"],
  [
    "endpoints: [{path: /a, mode: database}]",
    "1:24 config_unsupported endpoints[0].mode: this mode",
  ],
  [
    "endpoints: [{path: /a, handler: 'function handler() {}'}]",
    "1:24 config_unsupported endpoints[0].handler: JavaScript handlers are not run",
  ],
  [
    "endpoints: {a: {path: /a, proxy: {target: 'http://b'}}}",
    "1:27 config_unsupported endpoints.a.proxy: this mode",
  ],
  [
    "endpoints: {a: {path: /a, runtime: {language: python, handler: ./x.py}}}",
    "1:27 config_unsupported endpoints.a.runtime: programs are not run",
  ],
  [
    "endpoints: {a: {path: /a, runtime: node}}",
    "1:27 config_unsupported endpoints.a.runtime: programs are not run",
  ],
  [
    "endpoints: {a: {path: /a, runtime: {type: plugin, handler: x, environment: {A: b}}}}",
    "1:63 config_unsupported endpoints.a.runtime.environment: plugins have no environment",
  ],
];

test.each(REFUSED)("%s is refused with what to do", async (text, start) => {
  const problems = await problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.slice(0, start.length)).toBe(start);
});

test("every message of the table says what to do", () => {
  for (const rule of rulesOf(LEGACY_KEYS)) expect(rule.message).toMatch(/: [a-z]/);
});

test("no key without a condition is both in the table and in the schema", () => {
  const url = new URL("../../../schemas/config.schema.json", import.meta.url);
  const schema = JSON.parse(readFileSync(url, "utf8"));
  expect(keysOf(LEGACY_KEYS).filter((key) => key in schema.properties)).toEqual([]);
  expect(
    keysOf(below("endpoints")).filter((key) => key in schema.$defs.endpoint.properties),
  ).toEqual([]);
  expect(keysOf(below("plugins")).filter((key) => key in schema.$defs.plugin.properties)).toEqual(
    [],
  );
});

function rulesOf(map: LegacyMap): LegacyKey[] {
  return Object.values(map.keys).flatMap((rule) => {
    if (rule.kind === "map") return rulesOf(rule);
    return rule.otherwise === undefined ? [rule] : [rule, ...rulesOf(rule.otherwise)];
  });
}

/** Keys with a verdict of their own, whatever their value. */
function keysOf(map: LegacyMap | undefined): string[] {
  return Object.entries(map?.keys ?? {})
    .filter(([, rule]) => rule.kind === "key" && rule.when === undefined)
    .map(([key]) => key);
}

/** The rules of the items of a map or list. */
function below(key: string): LegacyMap | undefined {
  const rule = LEGACY_KEYS.keys[key];
  const items = rule?.kind === "map" ? rule.keys["*"] : undefined;
  return items?.kind === "map" ? items : undefined;
}
