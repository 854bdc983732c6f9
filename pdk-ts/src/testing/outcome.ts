import type {
  Edits,
  ExchangeResult,
  HeaderList,
  HookName,
  HookResult,
  HostCall,
  Json,
  LogLine,
  Tested,
  Verdict,
} from "@backworks/host/plugin";
import { HookFailure } from "./hook-failure.ts";

/** What a call took, and what it said and asked for. */
export interface CallFacts {
  readonly hook: HookName;
  readonly fuel: number;
  readonly fuelLimit: number;
  /** Of the guest's memory, when the call was over. */
  readonly memoryBytes: number;
  readonly durationMs: number;
  /** The first call has those of the start, too. */
  readonly logs: readonly LogLine[];
  /** What the hook asked of the host, in its order. */
  readonly calls: readonly HostCall[];
}

/** Bytes with the ways to read them. */
export class Body {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the author expects
  json<T = unknown>(): T {
    return JSON.parse(this.text);
  }
}

/** A request or a reply with its headers, whose names are lower case. */
export class Message extends Body {
  readonly headers: HeaderList;

  constructor(headers: HeaderList, body: Uint8Array) {
    super(body);
    this.headers = headers;
  }

  /** Several headers of one name are joined, as RFC 9110 5.3 has it; null without one. */
  header(name: string): string | null {
    const found = this.headers.filter(([each]) => each === name.toLowerCase());
    return found.length === 0 ? null : found.map(([, value]) => value).join(", ");
  }
}

export class SentMessage extends Message {
  readonly method: string;
  /** Path and query. */
  readonly target: string;

  constructor({ method, target, headers, body }: ExchangeResult["request"]) {
    super(headers, body);
    this.method = method;
    this.target = target;
  }
}

export class Reply extends Message {
  readonly status: number;

  constructor({ status, headers, body }: NonNullable<ExchangeResult["response"]>) {
    super(headers, body);
    this.status = status;
  }
}

/** What a hook did to an exchange. */
export interface ExchangeOutcome extends CallFacts {
  /** The request as the next hook or the handler sees it. */
  readonly request: SentMessage;
  /** The reply there is after it: null while the request goes on. */
  readonly reply: Reply | null;
  /** Of the reply; undefined without one. */
  readonly status: number | undefined;
  /** What was changed; undefined for hooks that change nothing. */
  readonly edits: Edits | undefined;
  /** Of authenticate and authorize; undefined without an opinion. */
  readonly verdict: Verdict | undefined;
  /**
   * Whether the message goes on as it came, and nothing was answered. What a hook provides to later
   * plugins is beside the message: `edits.context`.
   */
  readonly passes: boolean;
}

export interface ValueOutcome<T> extends CallFacts {
  /** The JSON that the hook answered; undefined when it answered nothing. */
  readonly value: T;
}

export interface OutputOutcome extends CallFacts {
  readonly output: Body;
}

/** What on_message wants done. */
export interface MessageOutcome extends CallFacts {
  /** To be sent to the peer; null: nothing. */
  readonly sends: Body | null;
  /** Undefined: it stays as it is. */
  readonly state: Json | undefined;
  readonly closes: boolean;
}

export function toExchange(result: Tested<ExchangeResult>): ExchangeOutcome {
  const { request, response, meaning } = result;
  const reply = response === undefined ? null : new Reply(response);
  const edits = meaning?.kind === "edits" ? meaning.edits : undefined;
  const verdict = meaning?.kind === "verdict" ? meaning.verdict : undefined;
  return {
    ...toFacts(result),
    request: new SentMessage(request),
    reply,
    status: reply?.status,
    edits,
    verdict,
    passes: verdict === undefined && (edits === undefined || isUntouched(edits)),
  };
}

export function toValue<T>(result: Tested<HookResult>): ValueOutcome<T> {
  const { output } = result;
  const text = new TextDecoder().decode(output);
  return { ...toFacts(result), value: text === "" ? undefined : JSON.parse(text) };
}

export function toOutput(result: Tested<HookResult>): OutputOutcome {
  return { ...toFacts(result), output: new Body(result.output ?? new Uint8Array(0)) };
}

export function toMessage(result: Tested<HookResult>): MessageOutcome {
  const answer = result.meaning?.kind === "answer" ? result.meaning.answer : undefined;
  const { state, close = false, bytes } = answer ?? {};
  return {
    ...toFacts(result),
    sends: bytes === undefined ? null : new Body(bytes),
    state: state === undefined ? undefined : JSON.parse(state),
    closes: close,
  };
}

/** Throws when the call failed, or asked for what no double knows. */
export function toFacts(result: Tested<HookResult>): CallFacts {
  const { hook, record, fuelLimit, logs, calls, error, misses } = result;
  const { fuel = 0, memoryBytes = 0, durationMs = 0 } = record ?? {};
  const [miss] = misses;
  if (miss !== undefined) {
    const failed = { code: "test_invalid", hook, fuel, logs, calls };
    throw new HookFailure(misses.join("\n"), failed, { cause: error });
  }
  if (error !== undefined) {
    const failed = { code: error.code, hook, fuel, logs, calls };
    throw new HookFailure(error.message, failed, { cause: error });
  }
  return { hook, fuel, fuelLimit, memoryBytes, durationMs, logs, calls };
}

function isUntouched({ status, headers, target, body }: Edits): boolean {
  const isSet = [status, target, body].some((edit) => edit !== undefined);
  return !isSet && headers.length === 0;
}
