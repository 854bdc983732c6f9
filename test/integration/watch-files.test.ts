import { open, rename, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { TestFolder, type Files } from "../support/folder.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { startCommand } from "../support/terminal.ts";
import { ask, startWatch, watchFolder } from "../support/watched.ts";

const DENYING = answering("authorize", '{"outcome":"denied","reason":"no"}');
const MANIFEST = manifestOf("guard", "authorize");
const SIDECAR = "abi: 1\nname: guard\nversion: 1.0.0\ncritical: true\nhooks: { authorize: {} }\n";
const SERVED = `server: { port: 0, host: 127.0.0.1 }
logging: { level: silent }
endpoints: { secret: { path: /secret, response: { body: secret } } }
`;
const ECHO = SERVED.replace(
  "secret: { path: /secret, response: { body: secret } }",
  "echo: { path: /echo, response: { body: OLD } }",
);

test.each<[string, Files]>([
  ["into a folder of plugins", { "plugins/other.txt": "" }],
  ["into a new folder", {}],
])("a guard that is copied slowly %s is looked at when it is there", async (_into, files) => {
  await using app = await startWatch({ "backworks.yaml": SERVED, ...files });
  const asking = ask(app, "/secret");
  await app.folder.write({ "plugins/guard.plugin.yaml": SIDECAR });
  await using copy = await open(join(app.folder.path, "plugins/guard.wasm"), "w");
  const piece = Math.ceil(DENYING.length / 8);
  for (let at = 0; at < DENYING.length; at += piece) {
    await copy.write(DENYING.subarray(at, at + piece));
    await sleep(220);
  }
  await app.command.err.until(/(?:Listening on[^]*){2}/);
  await expect.poll(async () => app.get("/secret")).toMatch(/^403 /);
  expect([...(await asking.stop())].join("\n")).not.toMatch(/^503 /m);
});

describe("links that are swapped", () => {
  const swap = async (path: (name: string) => string, target: string): Promise<void> => {
    await symlink(target, path("..tmp"));
    await rename(path("..tmp"), path("..data"));
  };

  test.each<[string, string, Files, string]>([
    [
      "the configuration's",
      "backworks.yaml",
      {
        "d1/backworks.yaml": ECHO,
        "d2/backworks.yaml": ECHO.replace("OLD", "NEW"),
      },
      "200 NEW",
    ],
    [
      "a plugin's",
      "plugins/guard.wasm",
      {
        "backworks.yaml": SERVED,
        "plugins/d1/guard.wasm": withManifest(DENYING, MANIFEST),
        "plugins/d2/guard.wasm": withManifest(
          answering("authorize", '{"outcome":"denied","reason":"later"}'),
          MANIFEST,
        ),
      },
      '"detail":"later"',
    ],
  ])("are a change: %s", async (_what, file, files, answer) => {
    const folder = await TestFolder.create(files);
    const inside = (name: string): string => join(folder.path, dirname(file), name);
    await symlink("d1", inside("..data"));
    await symlink(join("..data", basename(file)), join(folder.path, file));
    await using app = await watchFolder(folder);
    await swap(inside, "d2");
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    expect(await app.get(file === "backworks.yaml" ? "/echo" : "/secret")).toContain(answer);
  });
});

test.each<[string, readonly string[], "out" | "err"]>([
  ["standard output", [], "out"],
  ["standard error, with --json", ["--json"], "err"],
])("a change that is refused is in the log: on %s", async (_where, options, stream) => {
  const yaml = ECHO.replace("silent", "error");
  await using folder = await TestFolder.create({ "backworks.yaml": yaml });
  const command = startCommand(["start", "--watch", ...options], { directory: folder.path });
  await command[options.length === 0 ? "err" : "out"].until(/Listening on|"url"/);
  await folder.write({ "backworks.yaml": `${yaml}oops: 1\n` });
  await command[stream].until(/"level":"error".*\n/);
  command.stop();
  await command.ended;
  const lines = command[stream].text.split("\n").filter((line) => line.startsWith("{"));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: "error",
      code: "config_unknown_key",
      file: join(folder.path, "backworks.yaml"),
      line: 4,
      column: 1,
      msg: expect.stringMatching(/^change not taken over, still serving as before: .*oops/),
    }),
  ]);
});
