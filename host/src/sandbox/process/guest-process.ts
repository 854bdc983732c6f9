import type { Buffer } from "node:buffer";
import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { assert } from "../../lib/assert.ts";
import type { Clock } from "../../lib/clock.ts";
import { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { LOG_LEVELS } from "../../lib/log-level.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { callFields } from "../call-names.ts";
import { toBound } from "../capabilities/binding.ts";
import type { PluginServices } from "../capabilities/services.ts";
import type { GuestLimits } from "../limits.ts";
import { Desk, type Work } from "./desk.ts";
import { bugError, processDied } from "./errors.ts";
import { ANSWERS, launchSentinel, PIPE, type LaunchProcess } from "./launch.ts";
import { MalformedMessage, MessageReader } from "./message-reader.ts";
import type { Question } from "./questions.ts";
import {
  readReply,
  replyBytesMax,
  START_ID,
  type CallReply,
  type GuestRecord,
  type GuestReply,
} from "./replies.ts";
import { printStart, type StartSettings } from "./requests.ts";

/** What a process needs to serve a guest; the same for every process of it. */
export interface ProcessSettings {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly config: JsonObject;
  readonly logger: Logger;
  readonly limits: GuestLimits;
  readonly clock: Clock;
  /** JavaScript heap; the memories of guests are not in it and have their own bounds. */
  readonly heapMiBMax: number;
  /** Start of the process, compilation and initialization of the guest. */
  readonly startMsMax: number;
  readonly launch: LaunchProcess;
  /** What the guest may ask of the host. */
  readonly services: PluginServices | undefined;
}

export interface ProcessEvents {
  /** Throws `MalformedMessage` when it is no answer to anything. */
  readonly reply: (reply: CallReply) => void;
  /** The call that the process works on. */
  readonly work: () => Work | undefined;
  /** Comes once after a start, behind the last reply. */
  readonly end: (end: ProcessEnd) => void;
}

export interface ProcessEnd {
  readonly reason: string;
  /** What the host's own code threw while it worked for the process, if that was the reason. */
  readonly bug: unknown;
}

/** Of what the process says on its standard error, so much is kept. */
const LAST_WORDS_LENGTH_MAX = 2000;
/**
 * Records between two answers, in what one call may log: it may also start an instance anew, where
 * its starters and `initialize` have as much each.
 */
const RECORDS_FACTOR = 8;

/** A running process with one guest. Everything that it says is checked; a lie ends it. */
export class GuestProcess {
  readonly #settings: ProcessSettings;
  readonly #events: ProcessEvents;
  readonly #child: ChildProcess;
  readonly #sentinel: ChildProcess;
  readonly #pipe: Socket;
  readonly #answers: Socket;
  readonly #reader: MessageReader;
  readonly #desk: Desk | undefined;
  readonly #start: Work;
  readonly #started = Promise.withResolvers<void>();
  #isReady = false;
  #recordsLeft = 0;
  #lastWords = "";
  /** Why the host ended it, if it did. */
  #reason: string | undefined;
  #bug: unknown;

  private constructor(settings: ProcessSettings, events: ProcessEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#reader = new MessageReader(replyBytesMax(settings.limits));
    this.#renewRecords();
    this.#child = settings.launch(settings.heapMiBMax);
    const { pid } = this.#child;
    if (pid === undefined) {
      // The error that follows names the system call, the pipes may not even be there.
      this.#child.once("error", () => undefined);
      throw processDied(settings.name, "its start", "the system starts no more processes");
    }
    this.#pipe = this.#socketAt(PIPE);
    this.#answers = this.#socketAt(ANSWERS);
    const { name, limits, clock } = settings;
    this.#start = { chain: [name], limits: limits.start, begunMs: clock.monotonicMs() };
    this.#desk = this.#createDesk();
    this.#listen();
    this.#sentinel = launchSentinel(pid);
    this.#unref();
    settings.logger.debug({ pid }, "process of the plugin started");
  }

  /** Resolves when calls may be sent. Rejects with the guest's own error, or when it took too long. */
  static async start(settings: ProcessSettings, events: ProcessEvents): Promise<GuestProcess> {
    const process = new GuestProcess(settings, events);
    const { name, clock, startMsMax } = settings;
    process.#pipe.write(printStart(startSettings(settings), settings.bytes));
    const done = new AbortController();
    const expire = (): void => {
      const reason = `it did not start within ${startMsMax} ms`;
      const details = { plugin: name, startMsMax };
      process.#started.reject(
        new BackworksError("guest_timed_out", `${name}: ${reason}`, { details }),
      );
      process.kill(reason);
    };
    clock.sleep(startMsMax, done.signal).then(expire, () => undefined);
    try {
      await process.#started.promise;
      return process;
    } finally {
      done.abort();
    }
  }

  /** Sends what requests.ts prints. */
  send(message: Buffer): void {
    this.#pipe.write(message);
  }

  /** It was ended, and is gone soon: it is told nothing more. */
  get isEnding(): boolean {
    return this.#reason !== undefined;
  }

  /** Ends it, whatever it is doing. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill("SIGKILL");
  }

  #listen(): void {
    this.#pipe.on("data", (chunk: Buffer) => this.#take(chunk));
    // Without a reason: nearly always the process is gone already, and its exit says how.
    for (const pipe of [this.#pipe, this.#answers]) {
      pipe.on("error", () => this.#child.kill("SIGKILL"));
    }
    this.#pipe.on("end", () => this.#child.kill("SIGKILL"));
    for (const output of this.#outputs()) {
      output.setEncoding("utf8");
      output.on("data", (text: string) => {
        this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_LENGTH_MAX);
      });
    }
    this.#child.once("close", (code, signal) => this.#end(code, signal));
  }

  #take(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) {
        if (this.#reason !== undefined) return;
        this.#handle(readReply(message));
      }
    } catch (thrown) {
      if (!(thrown instanceof MalformedMessage)) throw thrown;
      this.kill(`it sent ${thrown.message}`);
    }
  }

  #handle(reply: GuestReply): void {
    if (this.#desk?.isBusy === true)
      throw new MalformedMessage("more before its question's answer");
    switch (reply.kind) {
      case "log":
        this.#log(reply.record);
        return;
      case "question":
        this.#ask(reply.question);
        return;
      case "ready":
        if (this.#isReady) throw new MalformedMessage("a second start");
        this.#desk?.finish();
        this.#isReady = true;
        this.#started.resolve();
        break;
      case "done":
      case "failed":
      case "bug":
        this.#desk?.finish();
        if (this.#isReady) this.#events.reply(reply);
        else this.#failStart(reply);
    }
    this.#renewRecords();
  }

  #log({ level, hook, dropped, text }: GuestRecord): void {
    if (this.#recordsLeft-- === 0) throw new MalformedMessage("too many log records");
    const work = this.#work() ?? this.#start;
    // In the midst of a call it may start an instance anew: it alone knows which of its hooks speaks.
    const names = callFields({ ...work, hook: hook ?? work.hook });
    this.#settings.logger[level]({ ...names, ...(dropped !== undefined && { dropped }) }, text);
  }

  #ask(question: Question): void {
    const work = this.#work();
    if (work === undefined) throw new MalformedMessage("a question while it had nothing to do");
    if (this.#desk === undefined) throw new MalformedMessage("a question without any rights");
    // Who asks reads the answer first: others would be kept here without end.
    if (this.#answers.writableLength > 0) {
      throw new MalformedMessage("a question before it read the answer to another");
    }
    this.#desk.take(question, work);
  }

  #work(): Work | undefined {
    return this.#isReady ? this.#events.work() : this.#start;
  }

  #failStart(reply: CallReply): void {
    if (reply.id !== START_ID || reply.kind === "done") {
      throw new MalformedMessage("an answer before its start");
    }
    this.#started.reject(reply.kind === "failed" ? reply.error : bugError(reply.text));
    this.kill("its guest did not start");
  }

  #end(code: number | null, signal: string | null): void {
    this.#sentinel.kill("SIGKILL");
    const { name, logger } = this.#settings;
    const end = signal === null ? `ended by itself (exit code ${code})` : `was ended by ${signal}`;
    const reason = this.#reason ?? `it ${end}`;
    const lastWords = escapeText(this.#lastWords.trim(), LAST_WORDS_LENGTH_MAX);
    logger.debug({ code, signal, reason, lastWords }, "process of the plugin ended");
    const bug = this.#bug;
    this.#desk?.close();
    if (this.#isReady) this.#events.end({ reason, bug });
    else this.#started.reject(bug ?? processDied(name, "its start", reason));
  }

  #renewRecords(): void {
    this.#recordsLeft = (this.#settings.limits.logRecordsMax + 1) * RECORDS_FACTOR;
  }

  #createDesk(): Desk | undefined {
    const { services, limits, clock } = this.#settings;
    if (services === undefined) return undefined;
    return new Desk({
      services: toBound(services),
      limits,
      clock,
      send: (answer) => this.#answers.write(answer),
      bug: (thrown) => {
        this.#bug = thrown;
        this.kill("the host failed while it worked for it");
      },
    });
  }

  #socketAt(place: number): Socket {
    const pipe = this.#child.stdio[place];
    assert(pipe instanceof Socket, "the pipes to a guest's process are sockets");
    return pipe;
  }

  #outputs(): Readable[] {
    const { stdout, stderr } = this.#child;
    return [stdout, stderr].filter((output) => output !== null);
  }

  /** An idle guest keeps no host alive. */
  #unref(): void {
    this.#child.unref();
    this.#sentinel.unref();
    for (const stream of [this.#pipe, this.#answers, this.#sentinel.stdin, ...this.#outputs()]) {
      if (stream instanceof Socket) stream.unref();
    }
  }
}

function startSettings({ name, config, limits, logger, services }: ProcessSettings): StartSettings {
  const logLevels = LOG_LEVELS.filter((level) => logger.isLevelEnabled(level));
  const terms = services && {
    hasSecrets: services.rights.secrets.size > 0,
    hasClock: services.rights.clock,
  };
  return { name, config, limits, logLevels, services: terms };
}
