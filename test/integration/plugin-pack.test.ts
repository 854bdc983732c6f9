import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { parse } from "../support/plugin-command.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const SOURCE = {
  "hello/plugin.yaml":
    "name: hello\nversion: 1.2.3\ndescription: Greets.\nlicense: MIT\nhooks: { before_request: {} }\n",
  "hello/plugin.ts": "export function beforeRequest(): void {}\n",
};
const SKOPEO = "/usr/bin/skopeo";

test("a packed folder has the module, its config and its manifest, by their digests", async () => {
  await using folder = await TestFolder.create(SOURCE);
  const { exit, out } = await runCommand(["plugin", "pack", "hello"], folder.path);
  expect([exit, out.split("\n")[0]]).toEqual([
    0,
    expect.stringMatching(/^✓ hello-1\.2\.3\.oci\.tar {2}hello 1\.2\.3 /),
  ]);
  execFileSync("tar", ["-xf", "hello-1.2.3.oci.tar"], { cwd: folder.path });
  const read = async (path: string): Promise<string> => readFile(join(folder.path, path), "utf8");
  const { manifests } = JSON.parse(await read("index.json"));
  expect(out.split("\n")[1]).toBe(`  ${manifests[0].digest}`);
  const blob = (digest: string): string => `blobs/${digest.replace(":", "/")}`;
  const manifest = JSON.parse(await read(blob(manifests[0].digest)));
  expect(manifest).toMatchObject({
    schemaVersion: 2,
    config: { mediaType: "application/vnd.wasm.config.v0+json" },
    layers: [
      {
        mediaType: "application/wasm",
        annotations: { "org.opencontainers.image.title": "hello.wasm" },
      },
    ],
    annotations: {
      "org.opencontainers.image.title": "hello",
      "org.opencontainers.image.version": "1.2.3",
      "org.opencontainers.image.description": "Greets.",
      "org.opencontainers.image.licenses": "MIT",
    },
  });
  expect(JSON.parse(await read(blob(manifest.config.digest)))).toEqual({
    created: "1970-01-01T00:00:00Z",
    architecture: "wasm",
    os: "wasip1",
    layerDigests: [manifest.layers[0].digest],
  });
  await copyFile(
    join(folder.path, blob(manifest.layers[0].digest)),
    join(folder.path, "unpacked.wasm"),
  );
  const info = await runCommand(["plugin", "validate", "unpacked.wasm"], folder.path);
  expect(info.exit).toBe(0);
});

test("the same plugin gives the same bytes, and SOURCE_DATE_EPOCH its time", async () => {
  await using folder = await TestFolder.create(SOURCE);
  const pack = async (out: string, env = {}): Promise<string> => {
    const command = ["plugin", "pack", "hello", "-o", out, "--json"];
    return String(parse(await runCommand(command, folder.path, env))["digest"]);
  };
  const digest = await pack("a.tar");
  expect(await pack("b.tar")).toBe(digest);
  const bytesOf = async (name: string): Promise<Buffer> => readFile(join(folder.path, name));
  expect((await bytesOf("a.tar")).equals(await bytesOf("b.tar"))).toBe(true);
  expect(await pack("c.tar", { SOURCE_DATE_EPOCH: "1700000000" })).not.toBe(digest);
  expect((await bytesOf("c.tar")).includes('"created":"2023-11-14T22:13:20Z"')).toBe(true);
});

test("a manifest beside its module is put into it", async () => {
  const module = wat('(module (func (export "before_request") (result i32) i32.const 0))');
  const manifest = "abi: 1\nname: bare\nversion: 0.1.0\nhooks: { before_request: {} }\n";
  await using folder = await TestFolder.create({
    "bare.wasm": module,
    "bare.plugin.yaml": manifest,
  });
  const { exit } = await runCommand(["plugin", "pack", "bare.wasm"], folder.path);
  expect(exit).toBe(0);
  const packed = await readFile(join(folder.path, "bare-0.1.0.oci.tar"), "latin1");
  expect(packed).toContain('backworks:manifest{"abi":1,"name":"bare"');
});

test.each([
  [["pack", "nowhere"], {}, 1, /plugin_file_missing/],
  [["pack", "hello"], { SOURCE_DATE_EPOCH: "today" }, 2, /expected seconds since 1970/],
  [["pack", "hello", "-o", "hello"], {}, 1, /it is a folder/],
])("refused: plugin %j with %j", async (args, env, code, message) => {
  await using folder = await TestFolder.create(SOURCE);
  const { exit, err } = await runCommand(["plugin", ...args], folder.path, env);
  expect([exit, await readdir(folder.path)]).toEqual([code, ["hello"]]);
  expect(err).toMatch(message);
});

test.skipIf(!existsSync(SKOPEO))("skopeo copies the package whole (needs skopeo)", async () => {
  await using folder = await TestFolder.create(SOURCE);
  const packed = await runCommand(
    ["plugin", "pack", "hello", "-o", "p.tar", "--json"],
    folder.path,
  );
  const { digest, sha256 } = parse(packed);
  const image = `oci-archive:${join(folder.path, "p.tar")}`;
  const manifest = execFileSync(SKOPEO, ["inspect", "--raw", image], { encoding: "utf8" });
  expect(JSON.parse(manifest).layers[0].digest).toBe(`sha256:${String(sha256)}`);
  const copy = join(folder.path, "copy");
  execFileSync(SKOPEO, ["--insecure-policy", "copy", "-q", image, `oci:${copy}:1.2.3`]);
  const { manifests } = JSON.parse(await readFile(join(copy, "index.json"), "utf8"));
  expect(manifests[0].digest).toBe(digest);
});
