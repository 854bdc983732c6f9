import { Readable, Writable } from "node:stream";
import { main } from "../../host/src/cli/main.ts";
import type { Terminal } from "../../host/src/cli/output.ts";

/** What a command wrote and how it ended. */
export interface CommandResult {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A stream that keeps what is written, and lets a test wait for it. */
class Recorder extends Writable {
  text = "";
  #waiters: (() => void)[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    for (const wake of this.#waiters.splice(0)) wake();
    done();
  }

  /** Resolves with the first match in what was or will be written. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }
}

/** A command line under test that has not ended yet. */
export interface RunningCommand {
  readonly out: Recorder;
  readonly err: Recorder;
  readonly stop: () => void;
  readonly ended: Promise<CommandResult>;
}

/** Starts the command line in this process, with a terminal of its own. */
export function startCommand(
  args: readonly string[],
  options: {
    readonly directory: string;
    readonly env?: Terminal["env"];
    readonly input?: string;
    /** Whether a person is at the other end. */
    readonly isInteractive?: boolean;
  },
): RunningCommand {
  const out = new Recorder();
  const err = new Recorder();
  const signal = Promise.withResolvers<string>();
  const terminal: Terminal = {
    in: Object.assign(
      Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)]),
      { isTTY: options.isInteractive ?? false },
    ),
    out,
    err,
    env: options.env ?? {},
    directory: options.directory,
    stopSignal: async () => signal.promise,
  };
  const ended = main(args, terminal).then((exit) => ({ exit, out: out.text, err: err.text }));
  return { out, err, stop: () => signal.resolve("SIGTERM"), ended };
}

/** Runs a command to its end. */
export async function runCommand(
  args: readonly string[],
  directory: string,
  env: Terminal["env"] = {},
): Promise<CommandResult> {
  return startCommand(args, { directory, env }).ended;
}

/** Runs a command that asks; the answers are typed in one after the other. */
export async function answerCommand(
  args: readonly string[],
  directory: string,
  answers: readonly string[],
): Promise<CommandResult> {
  const input = answers.map((line) => `${line}\n`).join("");
  return startCommand(args, { directory, input, isInteractive: true }).ended;
}
