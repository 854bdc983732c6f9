import { Buffer } from "node:buffer";
import { USER_NAMESPACE } from "../../abi/v1.ts";
import { assert } from "../../lib/assert.ts";
import type { Clock } from "../../lib/clock.ts";
import { unlessAborted, withDeadline } from "../../lib/deadline.ts";
import type { CallNames } from "../call-names.ts";
import type { BoundServices, ServiceBinding } from "../capabilities/binding.ts";
import { copyFuel } from "../host-calls.ts";
import { hostCallFuel } from "../imports.ts";
import type { CallLimits, GuestLimits } from "../limits.ts";
import { GuestStop } from "../trap.ts";
import { printAnswer, toFault, type HostAnswer } from "./answers.ts";
import { MalformedMessage } from "./message-reader.ts";
import { QuestionMemory } from "./question-memory.ts";
import { ASKED_FUNCTIONS, type Parameter, type Question } from "./questions.ts";

/** What a guest's process was told to do: a call, or its start. */
export interface Work extends CallNames {
  readonly limits: CallLimits;
  /** When the process began with it, by the monotonic clock. */
  readonly begunMs: number;
}

export interface DeskOptions {
  readonly services: BoundServices;
  readonly limits: GuestLimits;
  readonly clock: Clock;
  readonly send: (answer: Buffer) => void;
  /** The host's own code failed: nobody else hears of it. */
  readonly bug: (thrown: unknown) => void;
}

/**
 * What a process asks for is worth at most so many times the fuel of its call and of a start: it may
 * start an instance anew in a call, where each starter has as much. The sandbox over there stops an
 * honest guest long before; this is for one that broke out of it.
 */
const FUEL_FACTOR = 8;

class CallOver extends Error {
  override readonly name = "CallOver";
}

const callOver = (): Error => new CallOver();

/** The services as a guest of another process calls them. */
interface Bound {
  readonly memory: QuestionMemory;
  readonly binding: ServiceBinding;
}

/**
 * Answers what a guest's process asks of the host, by the very functions that guests of the host's own
 * process call: rights, bounds and sentences are the same. The process waits for each answer, so there
 * is one question at a time, and nobody but its plugin is asked for: a lie gets it nothing more.
 */
export class Desk {
  readonly #options: DeskOptions;
  readonly #closed = new AbortController();
  #work: Work | undefined;
  /** Undefined once the work's time is over: what still goes on for it answers nobody. */
  #bound: Bound | undefined;
  /** Of the question that is being answered. */
  #signal: AbortSignal | undefined;
  #fuelLeft = 0;
  #isBusy = false;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** The process waits for an answer, and has nothing to say. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Answers a question that `work` led to. Throws `MalformedMessage` when it may not be asked. */
  take(question: Question, work: Work): void {
    if (work !== this.#work) this.#begin(work);
    this.#charge(question);
    try {
      const answer = this.#answer(question, work);
      if (!(answer instanceof Promise)) return this.#send(answer);
      this.#isBusy = true;
      answer.then((late) => this.#send(late), this.#options.bug);
    } catch (thrown) {
      if (thrown instanceof MalformedMessage) throw thrown;
      this.#options.bug(thrown);
    }
  }

  /** The process has answered: what belonged to its work ends, a request with its body, too. */
  finish(): void {
    this.#bound?.binding.end();
    this.#work = undefined;
  }

  /** The process is gone. */
  close(): void {
    this.#closed.abort(callOver());
    this.#giveUp();
  }

  #begin(work: Work): void {
    const { services, limits } = this.#options;
    this.#work = work;
    this.#fuelLeft = FUEL_FACTOR * (work.limits.fuel + limits.start.fuel);
    this.#bound ??= bindQuestions(services);
    const signal = (): AbortSignal | undefined => this.#signal;
    this.#bound.binding.begin({
      chain: work.chain,
      request: work.request,
      get signal() {
        return signal();
      },
    });
  }

  #charge({ name, parameters }: Question): void {
    if (this.#fuelLeft <= 0) throw new MalformedMessage("more questions than its fuel is worth");
    const bytes = parameters.reduce((sum: number, each) => sum + sizeOf(each), 0);
    this.#fuelLeft -= hostCallFuel(name) + copyFuel(bytes);
  }

  #answer({ name, parameters }: Question, work: Work): HostAnswer | Promise<HostAnswer> {
    if (name === "redact") return redact(parameters, this.#options.services);
    const bound = this.#bound;
    if (bound === undefined) throw new MalformedMessage("a question after its call was over");
    const call = functionOf(bound.binding, name);
    const given = bound.memory.open(parameters);
    return ASYNC.has(name)
      ? this.#wait(work, async () => toAnswer(await call(...given), bound))
      : toAnswer(call(...given), bound);
  }

  /** The guest over there is suspended, and stays so when its time is over. */
  async #wait(work: Work, call: () => Promise<HostAnswer>): Promise<HostAnswer> {
    const { begunMs, limits } = work;
    const { clock } = this.#options;
    const timeoutMs = Math.max(0, begunMs + limits.timeMs - clock.monotonicMs());
    const closed = this.#closed.signal;
    const ended = work.signal === undefined ? closed : AbortSignal.any([closed, work.signal]);
    const deadline = { clock, timeoutMs, signal: ended, expired: callOver };
    try {
      return await withDeadline(deadline, async (signal) => {
        this.#signal = signal;
        return unlessAborted(signal, call());
      });
    } catch (thrown) {
      if (thrown instanceof GuestStop) return { kind: "stop", reason: thrown.message };
      if (!(thrown instanceof CallOver)) throw thrown;
      this.#giveUp();
      return { kind: "over" };
    }
  }

  #send(answer: HostAnswer): void {
    this.#isBusy = false;
    if (!this.#closed.signal.aborted) this.#options.send(printAnswer(answer));
  }

  #giveUp(): void {
    this.#bound?.binding.end();
    this.#bound = undefined;
  }
}

const ASYNC: ReadonlySet<string> = new Set(
  ASKED_FUNCTIONS.filter(({ isAsync }) => isAsync).map(({ name }) => name),
);
const NAMESPACES: ReadonlyMap<string, string> = new Map(
  ASKED_FUNCTIONS.map(({ name, namespace }) => [name, namespace]),
);

function bindQuestions(services: BoundServices): Bound {
  const memory = new QuestionMemory();
  return { memory, binding: services.bind(memory) };
}

function functionOf({ functions }: ServiceBinding, name: string): (...given: bigint[]) => unknown {
  const found = functions[NAMESPACES.get(name) ?? USER_NAMESPACE]?.[name];
  assert(found !== undefined, `${name} is a function of the services`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its parameters are i64
  return found as (...given: bigint[]) => unknown;
}

function toAnswer(result: unknown, { memory, binding }: Bound): HostAnswer {
  const bytes = memory.takeStored();
  if (bytes !== undefined) return { kind: "bytes", bytes };
  assert(typeof result === "bigint" || typeof result === "number", "a function answers a number");
  const number = BigInt(result);
  if (number >= 0n) return { kind: "number", number };
  functionOf(binding, "bw_error")();
  const message = Buffer.from(memory.takeStored() ?? []).toString("utf8");
  return { kind: "fault", fault: toFault(number), message };
}

function redact([text]: readonly Parameter[], { redact: filter }: BoundServices): HostAnswer {
  const bytes = text instanceof Uint8Array ? text : new Uint8Array(0);
  return { kind: "bytes", bytes: Buffer.from(filter(Buffer.from(bytes).toString("utf8"))) };
}

function sizeOf(parameter: Parameter): number {
  return parameter instanceof Uint8Array ? parameter.length : 0;
}
