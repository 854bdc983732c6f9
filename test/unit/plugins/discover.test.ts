import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DiscoveryConfig } from "../../../host/src/contracts/config.ts";
import { discoverPlugins } from "../../../host/src/plugins/discover.ts";
import { TestFolder } from "../../support/app.ts";
import { manifestOf, withManifest } from "../../support/module.ts";
import { custom, withSections } from "../../support/wasm-sections.ts";
import { wat } from "../../support/wat.ts";

const MODULE = wat("(module)");

function pluginFile(name: string): Uint8Array {
  return withManifest(MODULE, manifestOf(name));
}

function at(folder: TestFolder, more: Partial<DiscoveryConfig> = {}): DiscoveryConfig {
  return { enabled: true, directories: [folder.path], recursive: false, ...more };
}

test("plugins are found by their manifests, in the order of their names", async () => {
  await using folder = await TestFolder.create({
    "b.wasm": pluginFile("bee"),
    "a.wasm": pluginFile("ant"),
    "notes.txt": "not a plugin",
    "deep/c.wasm": pluginFile("cat"),
  });
  const flat = await discoverPlugins(at(folder));
  expect(flat.found.map(({ manifest }) => manifest.name)).toEqual(["ant", "bee"]);
  const deep = await discoverPlugins(at(folder, { recursive: true }));
  expect(deep.found.map(({ manifest }) => manifest.name)).toEqual(["ant", "bee", "cat"]);
});

test("a directory that is not there holds no plugins, and discovery can be off", async () => {
  await using folder = await TestFolder.create({ "a.wasm": pluginFile("ant") });
  const missing = join(folder.path, "nowhere");
  expect(await discoverPlugins(at(folder, { directories: [missing] }))).toEqual({
    found: [],
    refused: [],
  });
  expect(await discoverPlugins(at(folder, { enabled: false }))).toEqual({ found: [], refused: [] });
});

test("a directory named twice is read once", async () => {
  await using folder = await TestFolder.create({ "a.wasm": pluginFile("ant") });
  const { found } = await discoverPlugins(at(folder, { directories: [folder.path, folder.path] }));
  expect(found).toHaveLength(1);
});

test("a file in the place of a directory is refused by name", async () => {
  await using folder = await TestFolder.create({ plugins: "a file" });
  const file = join(folder.path, "plugins");
  const { refused } = await discoverPlugins(at(folder, { directories: [file] }));
  const message = "it is no directory, or below a file";
  expect(refused).toMatchObject([{ file, error: { code: "plugin_unreadable", message } }]);
});

test("a link that leads nowhere is refused, the others are found", async () => {
  await using folder = await TestFolder.create({ "a.wasm": pluginFile("ant") });
  await symlink(join(folder.path, "gone.wasm"), join(folder.path, "link.wasm"));
  const { found, refused } = await discoverPlugins(at(folder));
  expect(found).toHaveLength(1);
  expect(refused).toMatchObject([{ error: { code: "plugin_file_missing" } }]);
});

test("what cannot be read as a file is refused", async () => {
  await using folder = await TestFolder.create({
    "a.wasm/inside.txt": "a folder named like a file",
  });
  const { refused } = await discoverPlugins(at(folder));
  expect(refused).toMatchObject([{ error: { code: "plugin_unreadable" } }]);
});

test("a manifest behind large sections is found without reading them", async () => {
  const filler = custom("filler", ...Array.from({ length: 100 }, () => 7));
  const sections = Array.from({ length: 400 }, () => filler);
  const module = withSections(...sections);
  const late = Buffer.concat([module, pluginFile("late").subarray(8)]);
  await using folder = await TestFolder.create({ "late.wasm": late });
  const { found } = await discoverPlugins(at(folder));
  expect(found.map(({ manifest }) => manifest.name)).toEqual(["late"]);
});

test("a manifest beside the module counts when the module has none", async () => {
  await using folder = await TestFolder.create({
    "theirs.wasm": MODULE,
    "theirs.plugin.yaml": "abi: 1\nname: theirs\nversion: 2.0.0\nhooks: { process_endpoint: {} }\n",
    "both.wasm": pluginFile("inside"),
    "both.plugin.yaml": "abi: 1\nname: outside\nversion: 2.0.0\nhooks: {}\n",
  });
  const { found } = await discoverPlugins(at(folder));
  expect(found.map(({ manifest }) => manifest.name)).toEqual(["inside", "theirs"]);
});

test.each([
  ["empty", new Uint8Array(0), "plugin_not_wasm"],
  ["text", Buffer.from("#!/bin/sh\n"), "plugin_not_wasm"],
  ["a header and nothing else", MODULE.subarray(0, 8), "plugin_manifest_missing"],
  [
    "a section longer than the file",
    Buffer.concat([MODULE.subarray(0, 8), Buffer.of(1, 99)]),
    "plugin_malformed",
  ],
  [
    "a section header cut off",
    Buffer.concat([MODULE.subarray(0, 8), Buffer.of(1, 0x80)]),
    "plugin_malformed",
  ],
  [
    "two manifests",
    Buffer.concat([pluginFile("a"), pluginFile("a").subarray(8)]),
    "plugin_malformed",
  ],
  ["a manifest of 300 KiB", withManifest(MODULE, " ".repeat(300 * 1024)), "plugin_malformed"],
  [
    "more sections than any module has",
    withSections(...Array.from({ length: 1100 }, () => custom("x"))),
    "plugin_malformed",
  ],
])("a file that is %s is refused", async (_what, bytes, code) => {
  await using folder = await TestFolder.create({ "x.wasm": bytes });
  const { refused } = await discoverPlugins(at(folder));
  expect(refused.map(({ error }) => error.code)).toEqual([code]);
});

test("a sidecar with a mistake is refused with its line", async () => {
  await using folder = await TestFolder.create({
    "x.wasm": MODULE,
    "x.plugin.yaml": "abi: 1\nname: x\nversion: one\nhooks: {}\n",
  });
  const { refused } = await discoverPlugins(at(folder));
  expect(refused[0]?.error).toMatchObject({
    code: "plugin_manifest_invalid",
    position: { line: 3 },
  });
});
