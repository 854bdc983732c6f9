import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

const BIN = new URL("../../host/bin/backworks.js", import.meta.url).pathname;

/** `backworks start` as a process of its own, from the built host. */
export class HostProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.child = child;
    this.url = url;
  }

  /** Resolves once it listens; rejects with what it said when it ends before. */
  static async start(
    config: string,
    args: readonly string[] = [],
    bin: string = BIN,
  ): Promise<HostProcess> {
    const child = spawn(process.execPath, [bin, "start", "-c", config, "-p", "0", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    child.stdout.resume();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const url = /Listening on (\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`the host ended with ${code}:\n${text}`)));
    return new HostProcess(child, await promise);
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.url), init);
  }

  /** Asks it to stop and answers its exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.kill("SIGTERM");
    const [code] = (await once(this.child, "exit")) as [number | null];
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
