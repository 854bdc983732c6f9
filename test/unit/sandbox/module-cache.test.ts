import { createHash } from "node:crypto";
import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileModule, Compiler } from "../../../host/src/sandbox/compile.ts";
import { MeteredCodeCache } from "../../../host/src/sandbox/code-cache.ts";
import { ModuleCache } from "../../../host/src/sandbox/module-cache.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { TestFolder } from "../../support/folder.ts";
import { readGuest } from "../../support/guests.ts";

const rewritten = rewriteModule(await readGuest("echo"), DEFAULT_POLICY);

async function fileOf(folder: TestFolder): Promise<string> {
  const [name = ""] = await readdir(join(folder.path, "cache"));
  return join(folder.path, "cache", name);
}

describe("a cache of rewritten modules", () => {
  test("gives back what it was given, in a folder of its own", async () => {
    await using folder = await TestFolder.create({});
    const cache = new ModuleCache(join(folder.path, "cache"));
    await expect(cache.read("key")).resolves.toBeUndefined();
    await cache.write("key", rewritten);
    await expect(cache.read("key")).resolves.toEqual(rewritten);
    await expect(cache.read("other")).resolves.toBeUndefined();
    expect((await stat(join(folder.path, "cache"))).mode & 0o777).toBe(0o700);
    expect((await stat(await fileOf(folder))).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["empty", () => Buffer.alloc(0)],
    ["cut off", (entry: Buffer) => entry.subarray(0, -1)],
    ["changed in one bit", (entry: Buffer) => entry.with(entry.length - 1, 0xff)],
    ["of another kind", () => Buffer.from("something else that is longer than a digest")],
  ])("has no entry that is %s, and writes it anew", async (_, damage) => {
    await using folder = await TestFolder.create({});
    const cache = new ModuleCache(join(folder.path, "cache"));
    await cache.write("key", rewritten);
    const file = await fileOf(folder);
    await writeFile(file, damage(await readFile(file)));
    await expect(cache.read("key")).resolves.toBeUndefined();
    await cache.write("key", rewritten);
    await expect(cache.read("key")).resolves.toEqual(rewritten);
  });

  test("that cannot be written to makes no difference but speed", async () => {
    await using folder = await TestFolder.create({ cache: "a file" });
    const cache = new ModuleCache(join(folder.path, "cache"));
    await expect(cache.write("key", rewritten)).resolves.toBeUndefined();
    await expect(cache.read("key")).resolves.toBeUndefined();
    await expect(compileModule(await readGuest("config"), { cache })).resolves.toBeDefined();
  });

  test("forgets the oldest when it holds too much, and drafts that were left behind", async () => {
    await using folder = await TestFolder.create({ "cache/x.metered.draft": "left behind" });
    const path = join(folder.path, "cache");
    await utimes(join(path, "x.metered.draft"), 1, 1);
    const cache = new ModuleCache(path, rewritten.bytes.length * 3);
    for (const [index, key] of ["first", "second", "third"].entries()) {
      await cache.write(key, rewritten);
      await utimes(join(path, `${key}.metered`), 10 + index, 10 + index).catch(() => undefined);
    }
    const kept = await readdir(path);
    expect(kept).toContain("third.metered");
    expect(kept).not.toContain("x.metered.draft");
    expect(kept).not.toContain("first.metered");
  });
});

describe("compiling", () => {
  test("writes to the cache what it metered, and reads it the next time", async () => {
    await using folder = await TestFolder.create({});
    const cache = new ModuleCache(join(folder.path, "cache"));
    const bytes = await readGuest("canary");
    const first = await new Compiler().compile(bytes, { cache });
    await cache.settle();
    const file = await fileOf(folder);
    await utimes(file, 1, 1);
    const second = await new Compiler().compile(bytes, { cache });
    expect(second).toEqual({ ...first, module: expect.any(WebAssembly.Module) });
    // A module that had to be metered again would have been written again.
    expect((await stat(file)).mtimeMs).toBe(1000);
    await writeFile(file, "damaged");
    await new Compiler().compile(bytes, { cache });
    await cache.settle();
    expect((await stat(file)).size).toBeGreaterThan(100);
  });

  test("goes on with what the cache holds while the original is looked at", async () => {
    await using folder = await TestFolder.create({});
    const cache = new ModuleCache(join(folder.path, "cache"));
    const bytes = await readGuest("canary");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const compiler = new Compiler();
    await expect(compiler.resume(sha256, { cache })).resolves.toBeUndefined();
    const first = await new Compiler().compile(bytes, { cache });
    await cache.settle();
    const resumed = await compiler.resume(sha256, { cache });
    const second = await compiler.compile(bytes, { cache, sha256, resumed });
    expect(second.module).toBe(await resumed?.module);
    expect(second).toEqual({ ...first, module: expect.any(WebAssembly.Module) });
    // What is in use is not compiled again.
    await expect(compiler.resume(sha256, { cache })).resolves.toBeUndefined();
    await expect(compiler.resume(sha256, { cache, memoryPagesMax: 2 })).resolves.toBeUndefined();
  });

  test("says what V8 has against what the cache holds", async () => {
    await using folder = await TestFolder.create({});
    const cache = new ModuleCache(join(folder.path, "cache"));
    const bytes = await readGuest("canary");
    await new Compiler().compile(bytes, { cache });
    await cache.settle();
    const [key = ""] = await readdir(join(folder.path, "cache"));
    await cache.write(key.replace(/\.metered$/, ""), { ...rewritten, bytes: new Uint8Array(9) });
    await expect(new Compiler().compile(bytes, { cache })).rejects.toMatchObject({
      code: "plugin_limit_exceeded",
    });
  });

  test("the same module twice gives one, with another policy another one", async () => {
    const bytes = await readGuest("echo");
    const [first, second] = await Promise.all([compileModule(bytes), compileModule(bytes)]);
    expect(second).toBe(first);
    expect(await compileModule(bytes)).toBe(first);
    expect(await compileModule(bytes, { memoryPagesMax: 2 })).not.toBe(first);
    expect(await compileModule(bytes, { accounting: "exact" })).not.toBe(first);
  });
});

describe("metered code", () => {
  const large = [new Uint8Array(70_000)];

  test("of large modules is made once, of small ones each time", () => {
    const cache = new MeteredCodeCache();
    let made = 0;
    const make = () => {
      made++;
      return { ...METERED };
    };
    expect(cache.find(large, make)).toBe(cache.find([new Uint8Array(70_000)], make));
    expect(made).toBe(1);
    cache.find([new Uint8Array(10)], make);
    cache.find([new Uint8Array(10)], make);
    expect(made).toBe(3);
  });

  test("is told apart by every byte, and by where one part ends", () => {
    const cache = new MeteredCodeCache();
    const find = (parts: readonly Uint8Array[]) => cache.find(parts, () => ({ ...METERED }));
    const first = find(large);
    expect(find([new Uint8Array(70_000).fill(1)])).not.toBe(first);
    expect(find([new Uint8Array(69_999), new Uint8Array(1)])).not.toBe(first);
  });

  test("that was not of use for the longest time is forgotten", () => {
    const cache = new MeteredCodeCache();
    const find = (fill: number) =>
      cache.find([new Uint8Array(70_000).fill(fill)], () => ({ ...METERED }));
    const [first, second] = [find(1), find(2)];
    find(3);
    find(4);
    expect(find(1)).toBe(first);
    find(5);
    expect(find(1)).toBe(first);
    expect(find(2)).not.toBe(second);
  });
});

const METERED = {
  bodies: new Uint8Array(0),
  hints: [],
  features: new Set<never>(),
  prices: new Int32Array(0),
  closedFunctions: 0,
  charges: 0,
  checks: 0,
  regions: 0,
  compileWork: 0,
};
