import { Buffer } from "node:buffer";
import type { FrameParts } from "../../abi/exchange-frame.ts";
import type { HookName } from "../../contracts/hooks.ts";
import { systemClock, type Clock } from "../../lib/clock.ts";
import { BackworksError, messageOf } from "../../lib/errors.ts";
import { callFields } from "../call-names.ts";
import { CallMeter, type MeasuredCall } from "../call-meter.ts";
import type { PluginServices } from "../capabilities/services.ts";
import type { CallOptions, Guest, GuestOptions } from "../guest.ts";
import { DEFAULT_LIMITS, limitsOfCall } from "../limits.ts";
import { BackOff, type BackOffPolicy } from "./back-off.ts";
import { CallLine, type Call } from "./call-line.ts";
import { printSaid } from "../trap.ts";
import { bugError, endedTooOften, processDied } from "./errors.ts";
import { GuestProcess, type ProcessEnd, type ProcessSettings } from "./guest-process.ts";
import { launchGuestProcess, type LaunchProcess } from "./launch.ts";
import { MalformedMessage } from "./message-reader.ts";
import { NOTHING_USED, type CallReply, type Used } from "./replies.ts";

export interface ProcessGuestOptions extends Pick<
  GuestOptions,
  "name" | "config" | "logger" | "limits" | "clock" | "onCall"
> {
  /** What the guest may ask of the host; default: nothing. */
  readonly services?: PluginServices;
  /** The module, checked; it is compiled where it runs. */
  readonly bytes: Uint8Array;
  readonly process?: Partial<ProcessLimits>;
  readonly launch?: LaunchProcess;
}

export interface ProcessLimits {
  readonly heapMiBMax: number;
  readonly startMsMax: number;
  /**
   * Wall time of a call beyond what its limits allow, from when the calls before it are over: what the
   * sandbox can end by itself costs no process.
   */
  readonly graceMs: number;
  readonly backOff: BackOffPolicy;
}

export const PROCESS_LIMITS: ProcessLimits = {
  heapMiBMax: 128,
  startMsMax: 10_000,
  graceMs: 1000,
  backOff: { firstMs: 1000, mostMs: 10_000 },
};

/**
 * A guest in a process of its own. It fails like one in the host's process; beyond that a call may be
 * cut off (`guest_timed_out`, `guest_process_died`), and the next one gets a new process. What it may do
 * beyond computing is done here, by its plugin's services; WASI's clock and random bytes are the system's.
 */
export async function createProcessGuest(options: ProcessGuestOptions): Promise<Guest> {
  const guest = new ProcessGuest(options);
  await guest.start();
  return {
    name: options.name,
    callsMax: 1,
    call: (hook, input, read, callOptions) => guest.call(hook, input, read, callOptions),
    outage: () => guest.outage(),
    close: () => guest.close(),
  };
}

interface AskedCall<T> {
  readonly names: MeasuredCall;
  readonly input: FrameParts;
  readonly read: (output: Buffer) => T;
  readonly options: CallOptions;
  /** Told what the call used. */
  readonly keep: (used: Used) => void;
}

class ProcessGuest {
  readonly #settings: ProcessSettings;
  readonly #backOff: BackOff;
  readonly #line: CallLine;
  readonly #meter: CallMeter | undefined;
  #process: GuestProcess | undefined;
  /** What its last process ended of, or did not start for. */
  #lastEnd = "";
  #isStarting = false;
  #isClosed = false;

  constructor(options: ProcessGuestOptions) {
    const { name, bytes, config, logger, services, onCall } = options;
    const clock: Clock = options.clock ?? systemClock;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { heapMiBMax, startMsMax, graceMs, backOff } = {
      ...PROCESS_LIMITS,
      ...options.process,
    };
    const launch = options.launch ?? launchGuestProcess;
    const bounds = { limits, heapMiBMax, startMsMax };
    this.#settings = { name, bytes, config, logger, clock, launch, services, ...bounds };
    this.#meter = onCall && new CallMeter(onCall, clock);
    this.#backOff = new BackOff(backOff, clock);
    this.#line = new CallLine(clock, { graceMs, overdue: () => this.#endOverdue() });
  }

  /** Throws what `createGuest` throws. */
  async start(): Promise<void> {
    this.#isStarting = true;
    this.#backOff.started();
    try {
      this.#process = await GuestProcess.start(this.#settings, {
        reply: (reply) => this.#settle(reply),
        work: () => this.#line.current,
        end: (end) => this.#endProcess(end),
      });
    } catch (thrown) {
      this.#backOff.ended();
      this.#lastEnd = messageOf(thrown);
      throw thrown;
    } finally {
      this.#isStarting = false;
    }
    if (this.#isClosed) this.#process.kill("the plugin was closed");
    this.#pump();
  }

  /** Measures what the caller waits, in line included. */
  async call<T>(
    hook: HookName,
    input: FrameParts,
    read: (output: Buffer) => T,
    options: CallOptions = {},
  ): Promise<T> {
    const startMs = this.#meter?.start();
    let used = NOTHING_USED;
    let failure: unknown;
    const { name } = this.#settings;
    const { chain = [name], request, event, signal } = options;
    const names = { hook, chain, request, event, signal };
    const keep = (given: Used): void => {
      used = given;
    };
    try {
      return await this.#enqueue({ names, input, read, options, keep });
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      const { fuel: lastFuel, memoryBytes } = used;
      this.#meter?.report(names, { lastFuel, memoryBytes }, startMs, failure);
    }
  }

  outage(): BackworksError | undefined {
    if (this.#process !== undefined || !this.#backOff.isDelayed) return undefined;
    if (this.#canStart && this.#backOff.waitMs === 0) this.#restart();
    return endedTooOften(this.#settings.name, this.#lastEnd);
  }

  close(): void {
    this.#isClosed = true;
    this.#process?.kill("the plugin was closed");
    this.#line.close();
    this.#failWaiting("the plugin was closed");
  }

  async #enqueue<T>({ names, input, read, options, keep }: AskedCall<T>): Promise<T> {
    const { hook } = names;
    const { limits, begun } = options;
    const bytes = Buffer.byteLength(input.head) + (input.body?.length ?? 0);
    this.#admit(hook, bytes);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#line.add({
      ...names,
      limits: limits ?? limitsOfCall(this.#settings.limits, hook, input.body?.length ?? 0),
      begun,
      input,
      bytes,
      finish: (output, used) => {
        keep(used);
        try {
          resolve(read(output));
        } catch (thrown) {
          reject(thrown);
        }
      },
      fail: (thrown, used) => {
        keep(used);
        reject(thrown);
      },
    });
    this.#pump();
    return promise;
  }

  #admit(hook: HookName, bytes: number): void {
    const { name, limits } = this.#settings;
    if (this.#isClosed) throw processDied(name, hook, "the plugin was closed");
    if (bytes > limits.inputBytesMax) {
      throw new BackworksError(
        "guest_input_too_large",
        `${name}: ${hook} is given more than ${limits.inputBytesMax} bytes`,
        { details: { plugin: name, hook } },
      );
    }
    const { waitersMax } = limits;
    if (this.#line.waiting < waitersMax) return;
    throw new BackworksError(
      "guest_busy",
      `${name}: ${waitersMax} calls wait for its process already`,
      { details: { plugin: name, waitersMax } },
    );
  }

  /** Sends what waits, to a new process if there is none. */
  #pump(): void {
    if (this.#process !== undefined) {
      if (!this.#process.isEnding) this.#line.send(this.#process);
      return;
    }
    if (!this.#canStart || this.#line.waiting === 0) return;
    const { waitMs } = this.#backOff;
    if (waitMs > 0) {
      this.#failWaiting(`it ended too often; a new one is made in ${Math.ceil(waitMs)} ms`);
      return;
    }
    this.#restart();
  }

  get #canStart(): boolean {
    return !this.#isStarting && !this.#isClosed;
  }

  #restart(): void {
    this.start().catch((thrown: unknown) => {
      for (const call of this.#line.takeWaiting()) call.fail(thrown, NOTHING_USED);
    });
  }

  /** Throws `MalformedMessage` for an answer to nothing. */
  #settle(reply: CallReply): void {
    const call = this.#line.takeSent(reply.id);
    if (call === undefined) throw new MalformedMessage("an answer to a call that it was not given");
    this.#pump();
    switch (reply.kind) {
      case "done":
        call.finish(reply.output, reply.used);
        break;
      case "failed":
        call.fail(reply.error, reply.used);
        break;
      case "bug":
        call.fail(bugError(reply.text), reply.used);
        break;
    }
  }

  /** The call that it was working on fails; those that it had not begun go to the next process. */
  #endProcess({ reason, bug }: ProcessEnd): void {
    this.#process = undefined;
    this.#backOff.ended();
    this.#lastEnd = reason;
    const cutOff = this.#line.takeBack();
    cutOff?.fail(bug ?? this.#cutOffError(cutOff, reason), NOTHING_USED);
    if (!this.#isClosed) {
      const fields = { ...(cutOff && callFields(cutOff)), reason };
      this.#settings.logger.warn(fields, "process of the plugin ended");
    }
    this.#pump();
  }

  #cutOffError(call: Call, reason: string): BackworksError {
    const { name } = this.#settings;
    if (!call.isOverdue) return processDied(name, call.hook, reason);
    const { timeMs: timeoutMs, said } = call.limits;
    return new BackworksError(
      "guest_timed_out",
      `${name}: ${call.hook} took longer than ${timeoutMs} ms${printSaid(said?.time)}; its process was ended`,
      { details: { plugin: name, hook: call.hook, timeoutMs } },
    );
  }

  #endOverdue(): void {
    this.#process?.kill("a call took longer than it may");
  }

  #failWaiting(reason: string): void {
    const { name } = this.#settings;
    for (const call of this.#line.takeWaiting()) {
      call.fail(processDied(name, call.hook, reason), NOTHING_USED);
    }
  }
}
