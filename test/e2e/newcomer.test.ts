import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { systemClock } from "../../host/src/lib/clock.ts";
import { TestFolder } from "../support/folder.ts";
import { HostProcess } from "../support/process.ts";

const execute = promisify(execFile);
const ROOT = new URL("../..", import.meta.url).pathname;
/** From nothing but the installed packages to an answer over HTTP. */
const WHOLE_WAY_MS = 60_000;

/** The packages' own dependencies come from the registry. */
function hasRegistry(): boolean {
  try {
    execFileSync("npm", ["view", "yaml", "version"], { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

async function run(folder: string, ...command: string[]): Promise<string> {
  const [program = "", ...args] = command;
  const { stdout } = await execute(program, args, { cwd: folder });
  return stdout;
}

test.skipIf(!hasRegistry())(
  "somebody with nothing but the packages has a plugin in a running host within a minute (needs npm's registry)",
  { timeout: 300_000 },
  async () => {
    await using folder = await TestFolder.create();
    const home = folder.path;
    const packages = ["--workspace", "host", "--workspace", "pdk-ts"];
    await run(ROOT, "npm", "pack", "--silent", ...packages, "--pack-destination", home);
    await run(home, "npm", "init", "-y");
    const tarballs = ["./backworks-host-1.0.0.tgz", "./backworks-pdk-1.0.0.tgz"];
    await run(home, "npm", "install", "--no-audit", "--no-fund", "--save-dev", ...tarballs);

    const startMs = systemClock.monotonicMs();
    const backworks = join(home, "node_modules/.bin/backworks");
    const app = join(home, "app");
    await mkdir(join(app, "plugins"), { recursive: true });
    const endpoints = "endpoints: { hello: { path: '/hello/{name}', plugin: hello } }\n";
    await writeFile(join(app, "backworks.yaml"), `plugins: { hello: {} }\n${endpoints}`);
    const args = ["--watch", "-p", String(await freePort())];
    await using host = await HostProcess.start(join(app, "backworks.yaml"), args, backworks);
    expect((await host.fetch("/hello/Ann")).status).toBe(503);

    await run(home, backworks, "plugin", "new", "hello");
    const source = join(home, "hello/src/plugin.ts");
    const greeting = (await readFile(source, "utf8")).replace('"Hello"', '"Good morning"');
    await writeFile(source, greeting);
    const tested = run(home, backworks, "plugin", "test", "hello");
    await expect(tested).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('expected "Hello, Ann!", found "Good morning, Ann!"'),
    });
    const cases = join(home, "hello/cases.yaml");
    const corrected = (await readFile(cases, "utf8")).replace("Hello, Ann!", "Good morning, Ann!");
    await writeFile(cases, corrected);
    expect(await run(home, backworks, "plugin", "test", "hello")).toContain("2 of 2 cases pass");
    await run(home, backworks, "plugin", "build", "hello", "-o", "app/plugins/hello.wasm");

    // Its compiler is not among what was installed: who asks for it is told what to install.
    await expect(
      run(home, backworks, "plugin", "build", "hello", "-t", "fast"),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /build_compiler_missing[^]*npm install --save-dev assemblyscript/,
      ),
    });

    const answer = await untilOk(host, "/hello/Ann");
    expect(await answer.json()).toEqual({ message: "Good morning, Ann!" });
    expect(systemClock.monotonicMs() - startMs).toBeLessThan(WHOLE_WAY_MS);
  },
);

/** A restart has to come back where it was. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The host takes a moment to notice a new file. */
async function untilOk(host: HostProcess, path: string): Promise<Response> {
  for (;;) {
    const response = await host.fetch(path).catch(() => undefined);
    if (response?.ok === true) return response;
    await systemClock.sleep(50);
  }
}
