import { open, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Files } from "../support/folder.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { scripted } from "../support/scripted.ts";
import { ask, startWatch } from "../support/watched.ts";
import type { Watched } from "../support/watched.ts";

const GOOD = withManifest(answering("process_endpoint", "!200\n\ngood"), manifestOf("good"));
const YAML = `name: shop
server: { port: 0, host: 127.0.0.1 }
logging: { level: silent }
endpoints:
  good: { path: /good, plugin: good }
`;
const FILES = { "backworks.yaml": YAML, "plugins/good.wasm": GOOD };

function times(text: string, pattern: RegExp): number {
  return text.match(new RegExp(pattern, "g"))?.length ?? 0;
}

test("start --watch takes a change over and keeps serving over a bad one", async () => {
  await using app = await startWatch(FILES);
  const { command, folder } = app;
  await folder.write({ "backworks.yaml": `${YAML}  oops\n` });
  await command.err.until(/still serving as before/);
  expect(await app.get("/good")).toBe("200 good");

  const more = `${YAML}  hello: { path: /hello, response: { body: hi } }\n`;
  await folder.write({ "backworks.yaml": more });
  await command.err.until(/Routes {2}2[^]*Listening on/);
  expect(await app.get("/hello")).toBe("200 hi");

  // A plugin that never ran is refused, and stops nobody.
  await folder.write({ "plugins/other.wasm": withManifest(GOOD, manifestOf("x")) });
  await command.err.until(/other\.wasm changed[^]*1 refused[^]*Listening on/);
});

const DENYING = answering("authorize", '{"outcome":"denied","reason":"no"}');
const MANIFEST = manifestOf("guard", "authorize");
const SIDECAR = "abi: 1\nname: guard\nversion: 1.0.0\nhooks: { authorize: {} }\n";
const GUARDED = "endpoints: { secret: { path: /secret, response: { body: secret } } }\n";
const SERVED = `server: { port: 0, host: 127.0.0.1 }\nlogging: { level: silent }\n${GUARDED}`;

describe("a change with which a plugin that runs is refused", () => {
  test.each<[string, Files, string]>([
    ["carries its manifest", { "plugins/x.wasm": withManifest(DENYING, MANIFEST) }, "x"],
    [
      "has it beside it",
      { "plugins/guard.wasm": DENYING, "plugins/guard.plugin.yaml": SIDECAR },
      "guard",
    ],
  ])("is not taken over: a guard that %s is copied slowly", async (_what, files, name) => {
    await using app = await startWatch({ "backworks.yaml": SERVED, ...files });
    const file = `plugins/${name}.wasm`;
    const bytes = Buffer.from(files[file] ?? "");
    const asking = ask(app, "/secret");
    const piece = Math.ceil(bytes.length / 3);
    await using copy = await open(join(app.folder.path, file), "w");
    for (let at = 0; at < bytes.length; at += piece) {
      const told = times(app.command.err.text, /still serving as before/);
      await copy.write(bytes.subarray(at, at + piece));
      if (at + piece >= bytes.length) break;
      await app.command.err.until(
        new RegExp(
          `(?:error plugin_\\w+ .*${name}\\.wasm\\n  plugin "guard": [^]*still serving as before[^]*){${told + 1}}`,
        ),
      );
    }
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    expect([...(await asking.stop())]).toEqual([expect.stringMatching(/^403 .*"detail":"no"/)]);
    expect(await app.get("/secret")).toMatch(/^403 /);
  });

  test("is not taken over when it refuses in start, and the log says nothing of it", async () => {
    const yaml = SERVED.replace("silent", "error");
    const guard = withManifest(DENYING, MANIFEST);
    await using app = await startWatch({ "backworks.yaml": yaml, "plugins/guard.wasm": guard });
    const manifest = { ...MANIFEST, hooks: { authorize: {}, start: {} } };
    const failing = scripted((text) => ({
      authorize: "(i32.const 0)",
      start: `(call $fail ${text("no keys")})`,
    }));
    await app.folder.write({ "plugins/guard.wasm": withManifest(failing, manifest) });
    await app.command.err.until(
      /plugin "guard": .*start failed: no keys[^]*still serving as before/,
    );
    expect(await app.get("/secret")).toMatch(/^403 /);
    expect(app.command.out.text).not.toContain("refused");
  });

  test("is taken over when the plugin is removed on purpose", async () => {
    await using app = await startWatch({
      "backworks.yaml": SERVED,
      "plugins/guard.wasm": DENYING,
      "plugins/guard.plugin.yaml": SIDECAR,
    });
    const path = (name: string): string => join(app.folder.path, "plugins", name);
    await rm(path("guard.wasm"));
    await app.command.err.until(
      /error plugin_file_missing [^]*there is no file [^]*still serving as before/,
    );
    expect(await app.get("/secret")).toMatch(/^403 /);
    await rm(path("guard.plugin.yaml"));
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    expect(await app.get("/secret")).toBe("200 secret");
  });

  test("is not taken over when the configuration still asks for the plugin", async () => {
    await using app = await startWatch({
      "backworks.yaml": `${SERVED}plugins: { guard: {} }\n`,
      "plugins/guard.wasm": withManifest(DENYING, MANIFEST),
    });
    await rm(join(app.folder.path, "plugins/guard.wasm"));
    await app.command.err.until(/error plugin_not_found [^]*still serving as before/);
    expect(await app.get("/secret")).toMatch(/^403 /);
    await writeFile(join(app.folder.path, "backworks.yaml"), SERVED);
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    expect(await app.get("/secret")).toBe("200 secret");
  });
});

const ECHO = SERVED.replace(
  GUARDED,
  "endpoints: { echo: { path: /echo, methods: [GET, POST], response: { body: OLD } } }\n",
);

/** A request whose body is not complete yet. */
async function beginSlowRequest({ url, get }: Watched): Promise<SlowRequest> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  let received = "";
  socket.on("data", (chunk: string) => (received += chunk));
  socket.write("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\na");
  // Answered by then, so that the server has taken the first.
  await get("/echo");
  return {
    finish: async () => {
      expect(received).toBe("");
      socket.write("b");
      await once(socket, "close");
      return received.slice(received.indexOf("\r\n\r\n") + 4);
    },
  };
}

interface SlowRequest {
  /** What it is answered. */
  readonly finish: () => Promise<string>;
}

describe("while an application is replaced", () => {
  test("a request under way keeps nobody waiting", async () => {
    await using app = await startWatch({ "backworks.yaml": ECHO });
    const slow = await beginSlowRequest(app);
    const asking = ask(app, "/echo");
    await expect.poll(asking.count).toBeGreaterThan(3);
    await app.folder.write({ "backworks.yaml": ECHO.replace("OLD", "NEW") });
    await app.command.err.until(/(?:Listening on[^]*){2}/);
    const count = asking.count();
    await expect.poll(asking.count).toBeGreaterThan(count + 3);
    expect(await asking.stop()).toEqual(new Set(["200 OLD", "200 NEW"]));
    expect(await slow.finish()).toBe("OLD");
  });

  test("three more may have work to finish, which a stop waits for", async () => {
    await using app = await startWatch({ "backworks.yaml": ECHO });
    const { err } = app.command;
    const [first, ...others] = await replaceBusy(app);
    await change(app, "E");
    await err.until(/(?:yaml changed[^]*){4}/);
    expect(await app.get("/echo")).toBe("200 D");
    expect(await first?.finish()).toBe("OLD");
    await err.until(/(?:Listening on[^]*){5}/);
    expect(await app.get("/echo")).toBe("200 E");
    app.command.stop();
    await err.until(/finishing the requests in flight/);
    expect(await Promise.all(others.map(async ({ finish }) => finish()))).toEqual(["B", "C", "D"]);
  });

  test("a change that waits for them is not taken over once there is a stop", async () => {
    await using app = await startWatch({ "backworks.yaml": ECHO });
    const { err } = app.command;
    const slow = await replaceBusy(app);
    await change(app, "E");
    await err.until(/(?:yaml changed[^]*){4}/);
    app.command.stop();
    await err.until(/finishing the requests in flight/);
    const answers = await Promise.all(slow.map(async ({ finish }) => finish()));
    expect(answers).toEqual(["OLD", "B", "C", "D"]);
    expect(times(err.text, /Listening on/)).toBe(4);
  });
});

async function change({ folder }: Watched, text: string): Promise<void> {
  await folder.write({ "backworks.yaml": ECHO.replace("OLD", text) });
}

/** Replaces an application three times; all four have a request under way. */
async function replaceBusy(app: Watched): Promise<readonly SlowRequest[]> {
  const slow = [await beginSlowRequest(app)];
  for (const [index, text] of ["B", "C", "D"].entries()) {
    await change(app, text);
    await app.command.err.until(new RegExp(`(?:Listening on[^]*){${index + 2}}`));
    slow.push(await beginSlowRequest(app));
  }
  return slow;
}
