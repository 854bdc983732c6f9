import { describe, expect, test } from "vitest";
import { USER_FUNCTIONS } from "../../../host/src/abi/user.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { SERVICES } from "../../../pdk-ts/src/services.ts";
import { buildFiles, manifestOf } from "../../support/plugins.ts";
import type { BuiltPlugin } from "@backworks/pdk/build";
import { expectRefusal } from "./refusals.ts";

const HOOKS = { before_request: {}, on_event: {} };

const source = (...lines: string[]): string => `${lines.join("\n")}
export function beforeRequest(): void { use(); }
export function onEvent(): void {}
`;

const KV = source(
  'import { kv as store, secrets } from "@backworks/pdk";',
  "export function unused(): void { secrets.get('a'); }",
  "function use(): void {",
  "  const text = store.get('a');",
  "  if (text !== null) store.delete(text);",
  "}",
);

function filesOf(text: string, capabilities?: JsonObject): Record<string, string> {
  const more = { target: "fast", ...(capabilities && { capabilities }) };
  return { "plugin.yaml": manifestOf(HOOKS, more), "src/plugin.ts": text };
}

function importsOf({ bytes }: BuiltPlugin): string[] {
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  return WebAssembly.Module.imports(module)
    .filter((entry) => entry.module === "extism:host/user")
    .map(({ name }) => name)
    .toSorted();
}

test("a module imports what it calls, and nothing else", async () => {
  const built = await buildFiles(filesOf(KV, { kv: {} }));
  expect(importsOf(built)).toEqual(["bw_error", "bw_kv_delete", "bw_kv_get"]);
  expect(built.warnings).toEqual([]);
});

test("the functions of the kit are those of the host, with their capabilities", () => {
  const hosts = Object.entries(USER_FUNCTIONS).map(([name, given]) => ({
    name,
    parameters: given.signature.indexOf(">"),
    capability: "capability" in given ? given.capability : "any",
  }));
  expect(SERVICES.toSorted(byName)).toEqual(hosts.toSorted(byName));
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

describe("a capability that is used and not declared", () => {
  test("stops the build at the line of its use", async () => {
    await expectRefusal({
      name: "",
      files: filesOf(KV),
      code: "capability_undeclared",
      says: [
        "the source uses kv, but plugin.yaml does not declare capabilities.kv",
        "add to plugin.yaml: capabilities: { kv: {} }",
      ],
      at: "src/plugin.ts:4:16",
    });
  });

  test("is found behind a namespace, in another file, and with others", async () => {
    await expectRefusal({
      name: "",
      files: {
        ...filesOf(source('import { use } from "./use.ts";'), { kv: false }),
        "src/use.ts": [
          'import * as pdk from "@backworks/pdk";',
          "export function use(): void {",
          '  pdk.tcp.open("a:1").close();',
          '  pdk.events.publish("a.b", "");',
          "}",
        ].join("\n"),
      },
      code: "capability_undeclared",
      says: [
        "capabilities: { events: { publish: [orders.created] } }",
        "the source uses tcp",
        'capabilities: { tcp: ["plc.example.com:502"] }',
      ],
      at: "src/use.ts:4:3",
    });
  });
});

test("a capability that is declared in vain is warned of where it stands", async () => {
  const all = { kv: {}, http: { hosts: ["https://a.example"] }, clock: {}, random: {} };
  const { warnings } = await buildFiles(filesOf(KV, all));
  expect(warnings.map(({ message }) => message)).toEqual(
    ["http", "clock", "random"].map(
      (name) => `plugin.yaml declares capabilities.${name}, and the source does not use it`,
    ),
  );
  expect(warnings[0]?.position).toMatchObject({ file: "plugin.yaml", line: 1 });
});

test("Date.now makes use of the clock's right, and events that are only received ask for nothing", async () => {
  const text = source('function use(): void { if (Date.now() < 0) throw new Error(""); }');
  const { warnings } = await buildFiles(
    filesOf(text, { clock: {}, events: { subscribe: ["a.b"] }, secrets: [] }),
  );
  expect(warnings).toEqual([]);
});
