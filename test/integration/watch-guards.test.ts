import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { ask, startWatch } from "../support/watched.ts";

const GOOD = withManifest(answering("process_endpoint", "!200\n\ngood"), manifestOf("good"));
const DENYING = answering("authorize", '{"outcome":"denied","reason":"no"}');
const MANIFEST = manifestOf("guard", "authorize");
const SIDECAR = "abi: 1\nname: guard\nversion: 1.0.0\nhooks: { authorize: {} }\n";
const SERVED = `server: { port: 0, host: 127.0.0.1 }
logging: { level: warn }
endpoints: { secret: { path: /secret, response: { body: secret } } }
`;

describe("a guard that is away for a moment", () => {
  const others = SERVED.replace("} }\n", "}, open: { path: /open, response: { body: open } } }\n");
  const guard = { "plugins/guard.wasm": DENYING, "plugins/guard.plugin.yaml": SIDECAR };
  const plain = { "plugins/good.wasm": GOOD };

  test.each<[string, (path: (name: string) => string) => Promise<void>]>([
    [
      "has its files removed and copied anew",
      async (path) => {
        await rm(path("plugins/guard.wasm"));
        await rm(path("plugins/guard.plugin.yaml"));
        await sleep(1000);
        await writeFile(path("plugins/guard.plugin.yaml"), SIDECAR);
        await writeFile(path("plugins/guard.wasm"), DENYING);
      },
    ],
    [
      "is in a folder that is moved away and replaced by another",
      async (path) => {
        await rename(path("plugins"), path("former"));
        await sleep(1000);
        await rename(path("next"), path("plugins"));
      },
    ],
    [
      "is in a folder that is made anew",
      async (path) => {
        await rm(path("plugins"), { recursive: true });
        await sleep(1000);
        await mkdir(path("plugins"));
        await sleep(1000);
        await writeFile(path("plugins/guard.plugin.yaml"), SIDECAR);
        await writeFile(path("plugins/guard.wasm"), DENYING);
      },
    ],
  ])("guards all the time: it %s", async (_what, replace) => {
    const next = { "next/guard.wasm": DENYING, "next/guard.plugin.yaml": SIDECAR };
    await using app = await startWatch({ "backworks.yaml": SERVED, ...guard, ...next });
    const asking = ask(app, "/secret");
    await replace((name) => join(app.folder.path, name));
    await app.command.err.until(/still serving as before[^]*Listening on/);
    await expect(asking.stop()).resolves.toEqual(
      new Set([expect.stringMatching(/^403 .*"detail":"no"/)]),
    );
    expect(app.command.out.text).not.toContain("guard");
  });

  test("is let go when it stays away, and the log says which routes are open", async () => {
    const manifest = { ...MANIFEST, hooks: { authorize: { match: { routes: ["secret"] } } } };
    await using app = await startWatch({
      "backworks.yaml": others,
      "plugins/guard.wasm": withManifest(DENYING, manifest),
      ...plain,
    });
    await rm(join(app.folder.path, "plugins/guard.wasm"));
    const awayMs = performance.now();
    await app.command.err.until(
      /without plugin "guard", which guards routes: still serving as before/,
    );
    expect(await app.get("/secret")).toMatch(/^403 /);
    await app.command.err.until(/plugin "guard" stayed away[^]*Listening on/);
    expect(performance.now() - awayMs).toBeGreaterThan(2000);
    expect(await app.get("/secret")).toBe("200 secret");
    const lines = app.command.out.text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        level: "warn",
        plugin: "guard",
        routes: ["secret"],
        msg: "plugin is gone; nobody guards these routes any more: secret",
      }),
    );
  });

  test("is not missed where another one guards its routes", async () => {
    await using app = await startWatch({
      "backworks.yaml": SERVED,
      "plugins/guard.wasm": withManifest(DENYING, MANIFEST),
      "plugins/second.wasm": withManifest(DENYING, manifestOf("second", "authorize")),
    });
    await rm(join(app.folder.path, "plugins/guard.wasm"));
    await app.command.out.until(/plugin is gone; no route is open for that/);
    expect(await app.get("/secret")).toMatch(/^403 /);
  });

  test("keeps its routes closed when it was refused before", async () => {
    const damaged = { "plugins/guard.wasm": "", "plugins/guard.plugin.yaml": SIDECAR };
    await using app = await startWatch({ "backworks.yaml": SERVED, ...damaged });
    expect(await app.get("/secret")).toMatch(/^503 /);
    await rename(join(app.folder.path, "plugins"), join(app.folder.path, "former"));
    await app.command.err.until(
      /error plugin_file_missing [^]*the directory \S+plugins is gone, [^]*still serving as before/,
    );
    expect(await app.get("/secret")).toMatch(/^503 /);
    await mkdir(join(app.folder.path, "plugins"));
    await app.command.err.until(/without plugin "guard"/);
    await app.folder.write(guard);
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    expect(await app.get("/secret")).toMatch(/^403 /);
  });

  test("keeps nothing else from being removed at once", async () => {
    await using app = await startWatch({ "backworks.yaml": SERVED, ...plain, ...guard });
    await rm(join(app.folder.path, "plugins/good.wasm"));
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    expect(app.command.err.text).not.toContain("without");
  });
});
