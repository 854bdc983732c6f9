import { expect, test } from "vitest";
import { startTestApp, TestFolder } from "../support/app.ts";
import type { Files } from "../support/folder.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { run } from "../support/plugin-command.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const MODULE = wat('(module (func (export "process_endpoint") (result i32) (i32.const 0)))');
const HOSTS = ["http://169.254.169.254", "http://10.0.0.5", "https://api.example"];
const PLUGIN = withManifest(
  MODULE,
  manifestOf("meta", "process_endpoint", {
    hooks: { process_endpoint: { reads: { headers: ["accept"] } } },
    capabilities: { http: { hosts: HOSTS } },
  }),
);

function filesWith(plugin: string): Files {
  const endpoints = "a: { path: /a, plugin: meta }\n  b: { path: /b, response: {} }";
  return {
    "backworks.yaml": `endpoints:\n  ${endpoints}\nplugins:\n  meta:\n${plugin}`,
    "plugins/meta.wasm": PLUGIN,
  };
}

const IDLE = filesWith(`
    grants:
      kv: true
      clock: true
      http: { allow: ["https://api.example", "https://other.example"] }
      secrets: { KEY: "\${HOME:-x}" }
      events: { publish: [t] }
      hooks:
        after_response: { reads: { headers: [] } }
        process_endpoint: { reads: { headers: [authorization, accept, "*"], body: none } }
    limits:
      hooks: { before_request: { fuel: 5 }, initialize: { fuel: 5000 } }
      routes: { a: { fuel: 500 }, b: { fuel: 5 } }
`);

const WITHOUT_EFFECT = [
  "without effect: grants.kv (it does not ask for it), grants.clock (it does not ask for it), " +
    "grants.http.allow https://other.example:443 (it does not ask for it), " +
    "grants.secrets KEY (it does not ask for it), grants.events.publish t (it does not ask for it), " +
    "grants.hooks.process_endpoint.reads authorization (process_endpoint never reads it), " +
    "grants.hooks.after_response (it has no such hook), " +
    "limits.hooks.before_request (it has no such hook)",
  "without effect: limits.routes b (it does nothing there)",
];

test("validate and start say once what is written in grants and limits without effect", async () => {
  await using app = await startTestApp(IDLE);
  const said = app.records.flatMap(({ msg }) => (msg.startsWith("without effect") ? [msg] : []));
  expect(said).toEqual(WITHOUT_EFFECT);
  const { exit, out } = await runCommand(["validate", "--json"], app.folder.path);
  expect(exit).toBe(0);
  const told: readonly { readonly message: string }[] = JSON.parse(out).warnings;
  expect(
    told.map(({ message }) => message).filter((message) => message.includes("without effect")),
  ).toEqual(WITHOUT_EFFECT.map((what) => `plugin "meta": ${what}`));
});

test.each([
  ["{ allow: [http://10.0.0.5, https://api.example] }", "http://10.0.0.5:80"],
  ["{ allow: [http://10.0.0.5], private: true }", undefined],
  ["{ allow: [http://10.0.0.5], ranges: [10.0.0.0/8] }", undefined],
  ["{ allow: [http://localhost] }", "http://localhost:80"],
  ["{ allow: [http://169.254.169.254], private: true }", "http://169.254.169.254:80"],
  ["{ allow: [http://169.254.169.254], ranges: [169.254.169.254/32] }", undefined],
])("validate tells of hosts that are allowed in vain: %s", async (http, vain) => {
  await using folder = await TestFolder.create(filesWith(`    grants: { http: ${http} }\n`));
  const { out } = await runCommand(["validate"], folder.path);
  const [told] =
    /(?<=grants\.http\.allow has ).*(?=, and requests there are refused)/.exec(out) ?? [];
  expect(told).toBe(vain);
});

test("plugin validate names what asks for metadata services, and offers no grant for it", async () => {
  const { exit, out } = await run(["validate", "meta.wasm"], { "meta.wasm": PLUGIN });
  expect(exit).toBe(0);
  expect(out).toContain(
    "serious  it asks for http to http://169.254.169.254:80: metadata services",
  );
  expect(out).toContain("serious  it asks for http to http://10.0.0.5:80: into your own network");
  expect(out).toContain(
    'http: { allow: ["http://10.0.0.5:80", "https://api.example:443"], private: true } # private: it may reach your own network',
  );
  const asks = (hosts: readonly string[]): Uint8Array =>
    withManifest(
      MODULE,
      manifestOf("meta", "process_endpoint", { capabilities: { http: { hosts } } }),
    );
  for (const host of ["http://169.254.169.254", "http://metadata.google.internal"]) {
    const only = await run(["validate", "--json", "m.wasm"], { "m.wasm": asks([host]) });
    expect(JSON.parse(only.out).plugins[0].grants).toEqual({});
  }
});
