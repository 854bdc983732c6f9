import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";

const CONNECTIONS = 20;

/** A server in a child process under load from this one. */
export class LoadedServer implements Disposable {
  readonly #child: ChildProcess;
  readonly #url: string;

  static async start(name: string, routes: number): Promise<LoadedServer> {
    const script = new URL("server.ts", import.meta.url);
    const child = fork(script, [name, String(routes)], {
      execArgv: ["--conditions=backworks-source"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    const port = await nextNumber(child);
    return new LoadedServer(child, `http://127.0.0.1:${port}`);
  }

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  async fetch(path: string): Promise<Response> {
    return await fetch(this.#url + path);
  }

  /** Microseconds of the server's CPU that one request to `path` costs, over `amount` of them. */
  async cpuMicros(path: string, amount: number): Promise<number> {
    const before = await this.#cpu();
    const result = await autocannon({ url: this.#url + path, connections: CONNECTIONS, amount });
    const after = await this.#cpu();
    if (result["2xx"] !== amount) throw new Error(`${amount - result["2xx"]} requests failed`);
    return (after - before) / amount;
  }

  async #cpu(): Promise<number> {
    const answer = nextNumber(this.#child);
    this.#child.send("cpu");
    return await answer;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

async function nextNumber(child: ChildProcess): Promise<number> {
  const [message]: unknown[] = await once(child, "message");
  if (typeof message === "number") return message;
  throw new Error(`the server sent ${String(message)}: expected a number`);
}
