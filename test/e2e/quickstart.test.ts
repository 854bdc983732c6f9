import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestFolder } from "../support/app.ts";
import { readCases, requestOf } from "../support/cases.ts";
import { HAS_CLANG, HAS_CPP, HAS_RUST } from "../support/compilers.ts";
import { HostProcess } from "../support/process.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const QUICKSTART = join(ROOT, "examples/quickstart");
const C_PLUGIN = join(ROOT, "examples/c-plugin");

describe("the quickstart", () => {
  let host: HostProcess;

  beforeAll(async () => {
    host = await HostProcess.start(join(QUICKSTART, "backworks.yaml"));
  });
  afterAll(async () => {
    expect(await host.stop()).toBe(0);
  });

  const files = ["examples/quickstart", "plugins-wasm/weather", "plugins-wasm/fingerprint"];
  const cases = files.flatMap((folder) => readCases(join(ROOT, folder, "cases.yaml")));

  test.each(cases)("$name", async (entry) => {
    const { path, init } = requestOf(entry);
    const response = await host.fetch(path, init);
    const text = await response.text();
    const { status, headers = {}, body } = entry.response ?? {};
    expect(response.status, text).toBe(status);
    for (const [name, value] of Object.entries(headers)) {
      expect(response.headers.get(name), name).toBe(value);
    }
    if (typeof body === "string") expect(text).toBe(body);
    else if (body !== undefined) expect(JSON.parse(text)).toMatchObject(Object(body));
  });

  test("tells how its plugins are", async () => {
    const health = await host.fetch("/health");
    expect(await health.json()).toMatchObject({
      status: "healthy",
      plugins: { weather: { status: "healthy" }, fingerprint: { status: "healthy" } },
    });
    expect((await host.fetch("/livez")).status).toBe(200);
    expect((await host.fetch("/readyz")).status).toBe(200);
  });
});

test.skipIf(!HAS_CLANG)(
  "a C plugin built as its README says runs in the quickstart's chain (needs clang and lld)",
  async () => {
    await using folder = await TestFolder.create();
    cpSync(QUICKSTART, folder.path, { recursive: true });
    const out = join(folder.path, "plugins/stamp.wasm");
    const flags = ["--target=wasm32", "-O2", "-nostdlib", "-Wl,--no-entry"];
    execFileSync("clang", [...flags, "-o", out, join(C_PLUGIN, "stamp.c")]);
    cpSync(join(C_PLUGIN, "stamp.plugin.yaml"), join(folder.path, "plugins/stamp.plugin.yaml"));

    await using host = await HostProcess.start(join(folder.path, "backworks.yaml"));
    const report = "EDDF 121150Z 24008KT 9999 FEW030 18/09 Q1021";
    const response = await host.fetch("/weather/metar", { method: "POST", body: report });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-stamp")).toBe(`POST ${report.length}`);
    expect(response.headers.get("x-report-fingerprint")).toMatch(/^[0-9a-f]{8}$/);
    expect(await response.json()).toMatchObject({ station: "EDDF", windKt: 8 });
  },
);

/** The quickstart with one more plugin, built by the example's own Makefile. */
async function startWith(folder: TestFolder, example: string, name: string): Promise<HostProcess> {
  const source = join(ROOT, "examples", example);
  execFileSync("make", ["-B", "-s", "-C", source], {
    // Debian's compilers, as the README says: not what somebody has put before them.
    env: { ...process.env, PATH: `/usr/bin:${process.env["PATH"] ?? ""}` },
  });
  cpSync(QUICKSTART, folder.path, { recursive: true });
  for (const file of [`${name}.wasm`, `${name}.plugin.yaml`]) {
    cpSync(join(source, file), join(folder.path, "plugins", file));
  }
  const config = join(folder.path, "backworks.yaml");
  const body = {
    name: "${query.name}",
    tag: "${query.tag}",
    source: "${query.utm_source}",
    click: "${query.fbclid}",
  };
  appendFileSync(config, `\n  page: ${JSON.stringify({ path: "/page", response: { body } })}\n`);
  return HostProcess.start(config);
}

test.skipIf(!HAS_CPP)(
  "a C++ plugin with the standard library rewrites queries (needs libc++-dev-wasm32 and its kin)",
  async () => {
    await using folder = await TestFolder.create();
    await using host = await startWith(folder, "cpp-plugin", "tidy");
    const query = "utm_source=x&tag=b&name=ada&tag=a&fbclid=1";
    const response = await host.fetch(`/page?${query}`);
    expect(await response.json()).toEqual({ tag: "b", name: "ada", source: null, click: null });
  },
);

test.skipIf(!HAS_RUST)(
  "a Rust plugin tags responses and spares known ones (needs rustc and libstd-rust-dev-wasm32)",
  async () => {
    await using folder = await TestFolder.create();
    await using host = await startWith(folder, "rust-plugin", "etag");
    const first = await host.fetch("/hello/ada");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    expect((await first.text()).length).toBeGreaterThan(0);
    const again = await host.fetch("/hello/ada", {
      headers: { "if-none-match": `"other", ${tag}` },
    });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await host.fetch("/hello/bob")).headers.get("etag")).not.toBe(tag);
  },
);
