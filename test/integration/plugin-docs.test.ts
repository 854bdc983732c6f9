import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, afterAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../host/src/config/load.ts";
import { TestFolder, type Files } from "../support/folder.ts";
import { parse } from "../support/plugin-command.ts";
import { runCommand } from "../support/terminal.ts";

const PLUGIN: Files = {
  "greeter/plugin.yaml": `name: greeter
version: 2.0.1
description: Greets <b>people</b> | and _others_.
license: MIT
critical: true
hooks:
  process_endpoint: { reads: { params: [name] } }
  before_request: { match: { paths: [/old] } }
capabilities: { kv: {}, http: { hosts: ["https://api.example.com"] } }
config_schema:
  type: object
  required: [greeting]
  properties:
    greeting: { type: string, minLength: 1, description: The word. }
    places:
      type: array
      items: { type: object, properties: { kind: { enum: [town, hamlet], default: town } } }
`,
  "greeter/plugin.ts": `import { config, http, kv, Reply, type Request } from "@backworks/pdk";
export function processEndpoint(request: Request): Reply {
  if (request.path === "/fail") throw new Error("no luck");
  kv.increment("greeted");
  if (request.path === "/far") return Reply.text(200, http.get("https://api.example.com/x").text());
  return Reply.json(200, { hello: \`\${config.get("greeting")} \${request.param("name")}\` });
}
export function beforeRequest(request: Request): void {
  request.setTarget("/new");
}
`,
  "greeter/cases.yaml": `
- name: a name is greeted
  config: { greeting: Moin }
  request: { path: /greeter/Ann, params: { name: Ann } }
  response: { status: 200 }
- name: an old address goes on as a new one
  config: { greeting: Moin }
  hook: before_request
  request: { path: /old }
  edits: { target: /new }
- name: what is far is fetched
  config: { greeting: x }
  kv: { greeted: "41" }
  http: [{ url: "https://api.example.com/*", body: far away }]
  secrets: {}
  clock: 2026-01-01T00:00:00Z
  request: { path: /far, context: { seen: [1] } }
  response: { body: far away }
- name: it needs a greeting
  request: { path: /x }
  error: plugin_config_invalid
- name: a failure is shown as one
  config: { greeting: Moin }
  request: { path: /fail }
  error: no luck
`,
};

describe("the page of a plugin", () => {
  let folder: TestFolder;
  let page: string;

  beforeAll(async () => {
    folder = await TestFolder.create(PLUGIN);
    const { exit, err } = await runCommand(["plugin", "docs", "greeter"], folder.path);
    expect([exit, err]).toEqual([0, ""]);
    page = await readFile(join(folder.path, "greeter.md"), "utf8");
  });
  afterAll(async () => folder[Symbol.asyncDispose]());

  test("is not put in the place of a file of that name, unless somebody says so", async () => {
    await folder.write({ "greeter.md": "mine", "other.md": "old" });
    const docs = async (...more: string[]) =>
      runCommand(["plugin", "docs", "greeter", ...more], folder.path);
    const { exit, err } = await docs();
    expect([exit, err]).toEqual([
      2,
      expect.stringContaining("greeter.md is there already: --force"),
    ]);
    expect(await readFile(join(folder.path, "greeter.md"), "utf8")).toBe("mine");
    expect((await docs("--out", "other.md")).exit).toBe(0);
    expect((await docs("--force")).exit).toBe(0);
    expect(await readFile(join(folder.path, "greeter.md"), "utf8")).toBe(page);
    expect(await readFile(join(folder.path, "other.md"), "utf8")).toBe(page);
  });

  test("says what the manifest says, and none of it is markup", () => {
    expect(page).toContain("# greeter\n\nGreets \\<b\\>people\\</b\\> \\| and \\_others\\_.");
    expect(page).toContain("Version 2.0.1, license MIT.");
    expect(page).toContain("Critical: while it cannot be loaded");
    expect(page).toMatch(/\| process_endpoint \| to answer endpoints that name it \| .*name/);
    expect(page).toContain(
      "| http to https://api.example.com:443 | sends HTTP requests to listed hosts |",
    );
  });

  test("shows a configuration that loads", async () => {
    const [, yaml = ""] = /```yaml\n([^`]*)```/.exec(page) ?? [];
    await folder.write({ "backworks.yaml": yaml });
    const config = await loadConfig(join(folder.path, "backworks.yaml"), {});
    expect(config.endpoints[0]?.path).toBe("/greeter/{name}");
    expect(config.plugins[0]?.grants).toMatchObject({ kv: {}, http: { allow: [{ port: 443 }] } });
    expect(config.plugins[0]?.config).toEqual({ greeting: "Moin" });
  });

  test("explains the keys of its configuration, nested ones too", () => {
    expect(page).toContain("| greeting | string, required | The word. (at least this long: 1) |");
    expect(page).toContain("| places\\[\\].kind | town, hamlet | Default: town. |");
  });

  test("shows each case with what came of it", () => {
    expect(page).toContain("### A name is greeted\n\nConfigured with");
    expect(page).toMatch(/```http\nGET \/greeter\/Ann\n```\n\nis answered\n\n```http\n200\n/);
    expect(page).toContain('{"hello":"Moin Ann"}');
    expect(page).toContain("goes on as\n\n```http\nGET /new\n```");
    expect(page).toMatch(/The plugin is refused:\n\n```text\n[^`]*greeting/);
    expect(page).toMatch(/process_endpoint fails:\n\n```text\n[^`]*no luck/);
    expect(page).toMatch(/Fuel: process_endpoint [\d,]+\./);
  });

  test("shows what stands around the plugin in a case, as cases.yaml has it", () => {
    const [, far = ""] = /### What is far is fetched\n([^]*?)###/.exec(page) ?? [];
    expect(far).toContain("Given\n\n```yaml\nrequest:\n  context:\n    seen:\n      - 1\nkv:\n");
    expect(far).toContain("http:\n  - url: https://api.example.com/*\n    body: far away\n");
    expect(far).toContain("clock: 2026-01-01T00:00:00Z\n```\n\n```http\nGET /far\n```");
  });

  test("is the same page as HTML, which loads and runs nothing", async () => {
    const made = await runCommand(
      ["plugin", "docs", "greeter", "-o", "p.html", "--json"],
      folder.path,
    );
    expect(parse(made)).toMatchObject({ ok: true, format: "html", examples: 5 });
    const html = await readFile(join(folder.path, "p.html"), "utf8");
    expect(html).toContain("<p>Greets &#60;b&#62;people&#60;/b&#62; | and _others_.</p>");
    expect(html).toContain("Content-Security-Policy\" content=\"default-src 'none'");
    expect(html).not.toMatch(/<script|src=|href=/);
  });
});

test("a case that fails stops the page, and says why", async () => {
  const cases =
    "- { name: it fails, config: { greeting: x }, request: { path: /x }, response: { status: 201 } }\n";
  await using folder = await TestFolder.create({ ...PLUGIN, "greeter/cases.yaml": cases });
  const { exit, out } = await runCommand(["plugin", "docs", "greeter"], folder.path);
  expect([exit, await readdir(folder.path)]).toEqual([1, ["greeter"]]);
  expect(out).toMatch(/✗ it fails .*\n.*status: expected 201, found 200/);
});

test("a plugin without cases has a page without examples", async () => {
  const { "greeter/cases.yaml": _, ...files } = PLUGIN;
  await using folder = await TestFolder.create(files);
  const { out } = await runCommand(["plugin", "docs", "greeter", "--json"], folder.path);
  expect(JSON.parse(out)).toMatchObject({ ok: true, examples: 0 });
  expect(await readFile(join(folder.path, "greeter.md"), "utf8")).not.toContain("Examples");
});
