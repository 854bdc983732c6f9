import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { HTTP_DEFAULTS, KV_DEFAULTS, NO_RIGHTS } from "../../../host/src/contracts/capabilities.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { parseOrigin } from "../../../host/src/lib/origin.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { fillRandom } from "../../../host/src/lib/random.ts";
import { KvStore } from "../../../host/src/sandbox/capabilities/kv/kv-store.ts";
import { createServices } from "../../../host/src/sandbox/capabilities/services.ts";
import { indexModule } from "../../../host/src/wasm/module-index.ts";
import { partsOfCode } from "../../../host/src/wasm/metered-code.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { SERVICES } from "../../../pdk-ts/src/services.ts";
import { readSections, SECTION, sectionBody } from "../../../pdk-ts/src/build/wasm/sections.ts";
import { refusalOf } from "../../support/build-cases.ts";
import { buildSource, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";

const HOOKS = { before_request: {} };

/** A declaration of each capability, and a use of it. */
const USES: Readonly<Record<string, readonly [declaration: JsonObject[string], use: string]>> = {
  kv: [{}, "kv.get('a')"],
  http: [{ hosts: ["https://a.example"] }, "http.get('https://a.example/')"],
  secrets: [["KEY"], "secrets.get('KEY')"],
  plugins: [["geo"], "plugins.call('geo', '')"],
  events: [{ publish: ["a"] }, "events.publish('a', '')"],
  metrics: [{}, "metrics.count('a')"],
  clock: [{}, "clock.nowMs()"],
  random: [{}, "random.uuid()"],
  sql: [["main"], "sql.query('main', '')"],
  tcp: [["plc:502"], "tcp.open('plc:502')"],
};

function sourceOf(...capabilities: readonly string[]): string {
  const uses = capabilities.map((name) => USES[name]?.[1]).join("; ");
  return `import { ${capabilities.join(", ")} } from "@backworks/pdk";
export function beforeRequest(): void { ${uses}; }`;
}

function declare(...capabilities: readonly string[]): JsonObject {
  return Object.fromEntries(capabilities.map((name) => [name, USES[name]?.[0] ?? null]));
}

async function importsOf(bytes: Uint8Array): Promise<string[]> {
  const module = await WebAssembly.compile(Uint8Array.from(bytes));
  return WebAssembly.Module.imports(module)
    .filter((entry) => entry.module === "extism:host/user")
    .map(({ name }) => name);
}

describe("a module imports exactly the functions of the capabilities in plugin.yaml", () => {
  test("none without one", async () => {
    const { bytes } = await buildSource(sourceOf(), HOOKS);
    expect(await importsOf(bytes)).toEqual([]);
  });

  test.each(Object.keys(USES))("with %s", async (capability) => {
    const capabilities = declare(capability);
    const { bytes, warnings } = await buildSource(sourceOf(capability), HOOKS, { capabilities });
    expect(warnings).toEqual([]);
    expect(await importsOf(bytes)).toEqual(
      SERVICES.filter((each) => ["any", capability].includes(each.capability)).map(
        ({ name }) => name,
      ),
    );
  });

  test("with all of them", async () => {
    const all = Object.keys(USES);
    const { bytes } = await buildSource(sourceOf(...all), HOOKS, { capabilities: declare(...all) });
    expect(await importsOf(bytes)).toEqual(SERVICES.map(({ name }) => name));
  });

  test("events that are only received, and what is denied, bring no function", async () => {
    const capabilities = {
      kv: false,
      events: { subscribe: ["a"] },
      secrets: [],
      http: { hosts: [] },
    };
    const source = "export function onEvent(): void {}";
    const { bytes, warnings } = await buildSource(source, { on_event: {} }, { capabilities });
    expect([await importsOf(bytes), warnings]).toEqual([[], []]);
  });
});

test("plugins with different capabilities have the same code, which a host meters once", async () => {
  const built = await Promise.all(
    [[], ["kv"], ["http", "clock"], Object.keys(USES)].map(async (names) =>
      buildSource(sourceOf(...names), HOOKS, { capabilities: declare(...names) }),
    ),
  );
  const keys = built.map(({ bytes }) => {
    const policy = { ...DEFAULT_POLICY };
    const parts = partsOfCode(indexModule(Uint8Array.from(bytes)), policy);
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest("hex");
  });
  expect(new Set(keys).size).toBe(1);
  const code = built.map(({ bytes }) =>
    Buffer.from(sectionBody(readSections(bytes), SECTION.code)).toString("base64"),
  );
  expect(new Set(code).size).toBe(1);
});

describe("plugin.yaml and the source agree on capabilities", () => {
  test.each(Object.keys(USES))("%s is used and not declared", async (capability) => {
    const refusal = await refusalOf({
      "plugin.yaml": manifestOf(HOOKS),
      "src/plugin.ts": sourceOf(capability),
    });
    expect(refusal).toMatchObject({ code: "capability_undeclared", at: "src/plugin.ts:1:10" });
    const says = [
      `the source uses ${capability}, but plugin.yaml does not declare capabilities.${capability}`,
      `add to plugin.yaml: capabilities: { ${capability}: `,
    ];
    for (const part of says) expect(refusal?.text).toContain(part);
  });

  test.each(Object.keys(USES))("%s is declared and not used", async (capability) => {
    const capabilities = declare(capability);
    const { warnings } = await buildSource(sourceOf(), HOOKS, { capabilities });
    expect(warnings.map(({ message }) => message)).toEqual([
      `plugin.yaml declares capabilities.${capability}, and the source does not use it`,
    ]);
  });

  test("the right to the clock is used by Date as well", async () => {
    const source = "export const beforeRequest = (): void => void Date.now();";
    const { warnings } = await buildSource(source, HOOKS, { capabilities: { clock: {} } });
    expect(warnings).toEqual([]);
  });

  test("an import that is used for its type alone needs no right", async () => {
    const source = `import type { Kv } from "@backworks/pdk";
      import { kv } from "@backworks/pdk";
      export function beforeRequest(): void { let store: Kv | typeof kv | undefined; }`;
    expect((await buildSource(source, HOOKS)).warnings).toEqual([]);
  });

  test("a host function does not answer at the top level", async () => {
    const refusal = await refusalOf({
      "plugin.yaml": manifestOf(HOOKS, { capabilities: { kv: {} } }),
      "src/plugin.ts": `import { kv } from "@backworks/pdk";
const start = kv.get("a");
export function beforeRequest(): void { void start; }`,
    });
    expect(refusal).toMatchObject({ code: "evaluation_failed", at: "src/plugin.ts:2:18" });
    expect(refusal?.text).toContain("the host's functions answer only in hooks");
  });
});

test("a plugin keeps values and sends requests by way of the host's own services", async () => {
  const server = createServer((request, response) => {
    request.on("data", (data: Buffer) => response.write(`${data.toString()} from ${request.url}`));
    request.on("end", () => response.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const origin = parseOrigin(url);
  const allow = origin === undefined ? [] : [origin];
  const services = createServices(
    {
      ...NO_RIGHTS,
      kv: { ...KV_DEFAULTS, namespace: "test" },
      http: { ...HTTP_DEFAULTS, allow, asked: allow, private: true },
    },
    {
      store: () => new KvStore({ file: ":memory:", clock: systemClock }),
      clock: systemClock,
      fillRandom,
      findCallee: () => undefined,
    },
  );
  const source = `
    import { http, HttpRequest, kv, Reply, HostError } from "@backworks/pdk";
    export function processEndpoint(): Reply {
      const request = new HttpRequest("POST", "${url}/path");
      request.setBody("ü" + kv.increment("calls"));
      let code = "";
      try { http.get("https://other.example/"); } catch (error) { code = (error as HostError).code; }
      return Reply.text(200, http.send(request).text() + " " + code);
    }`;
  const capabilities = { kv: {}, http: { hosts: [url] } };
  const built = await buildSource(source, { process_endpoint: {} }, { capabilities });
  const plugin = await runPlugin(built, { services });
  const call = async (): Promise<string | undefined> =>
    (await plugin.call("process_endpoint", headOf("GET /"))).split("\n\n")[1];
  expect(await call()).toBe("ü1 from /path not_granted");
  expect(await call()).toBe("ü2 from /path not_granted");
  services[Symbol.dispose]();
  server.close();
});
