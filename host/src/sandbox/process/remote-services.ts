import { Buffer } from "node:buffer";
import { EXTISM_NAMESPACE, USER_NAMESPACE } from "../../abi/v1.ts";
import { assert } from "../../lib/assert.ts";
import type { BoundServices, ServiceBinding } from "../capabilities/binding.ts";
import {
  CallContext,
  type Answer,
  type BlockMemory,
  type Invocation,
} from "../capabilities/call-context.ts";
import { CapabilityError } from "../capabilities/capability-error.ts";
import type { GuestFunction } from "../extism-functions.ts";
import { GuestStop } from "../trap.ts";
import type { HostAnswer } from "./answers.ts";
import {
  ASKED_FUNCTIONS,
  type AskedHostFunction,
  type Parameter,
  type Question,
} from "./questions.ts";
import type { RemoteTerms } from "./requests.ts";

/** Sends a question to the host and waits for the answer, which is lent until the next one. */
export type AskHost = (question: Question) => HostAnswer;

/**
 * A plugin's services as its guest in another process has them: each function goes to the host, where
 * the rights are. Without secrets there is nothing to mask.
 */
export function createRemoteServices(
  ask: AskHost,
  { hasSecrets }: Pick<RemoteTerms, "hasSecrets">,
): BoundServices {
  const redact = (text: string): string => {
    const answer = ask({ name: "redact", parameters: [Buffer.from(text)] });
    assert(answer.kind === "bytes", "the host answers a text with a text");
    return Buffer.from(answer.bytes).toString("utf8");
  };
  return {
    bind: (memory) => bindRemote(memory, ask),
    redact: hasSecrets ? redact : (text) => text,
  };
}

function bindRemote(memory: BlockMemory, ask: AskHost): ServiceBinding {
  const context = new CallContext(memory);
  let invocation: Invocation | undefined;
  const asking = { context, ask, signal: () => invocation?.signal };
  const functions: Record<string, Record<string, GuestFunction>> = {
    [USER_NAMESPACE]: { bw_error: () => context.answer(() => context.error) },
    [EXTISM_NAMESPACE]: {},
  };
  for (const asked of ASKED_FUNCTIONS) {
    Object.assign(functions[asked.namespace] ?? {}, { [asked.name]: toFunction(asked, asking) });
  }
  return {
    functions,
    begin: (begun) => {
      invocation = begun;
      context.begin(begun);
    },
    end: () => {
      invocation = undefined;
      context.end();
    },
  };
}

/** What all functions of one instance share. */
interface Asking {
  readonly context: CallContext;
  readonly ask: AskHost;
  readonly signal: () => AbortSignal | undefined;
}

function toFunction(asked: AskedHostFunction, asking: Asking): GuestFunction {
  const { context, signal } = asking;
  if (!asked.isAsync) {
    return (...addresses: bigint[]) => {
      const answer = question(asked, addresses, asking);
      const result = context.answer(() => toValue(answer));
      return asked.results[0] === "i32" ? Number(result) : result;
    };
  }
  return async (...addresses: bigint[]) => {
    const answer = question(asked, addresses, asking);
    if (answer.kind === "over") await untilOver(signal());
    const result = context.answer(() => toValue(answer));
    // Not before: PDKs free both once more, and the answer must not lie there then.
    if (isExtism(asked)) freeBlocks(asked, addresses, context);
    return result;
  };
}

function question(
  asked: AskedHostFunction,
  addresses: readonly bigint[],
  { context, ask, signal }: Asking,
): HostAnswer {
  // A guest that is given up still runs, on its way out.
  if (signal()?.aborted === true) throw new GuestStop(OVER);
  const parameters = Array.from(asked.forms, (form, index): Parameter => {
    const given = addresses[index] ?? 0n;
    if (form === "n") return given;
    if (given === 0n) return undefined;
    return isExtism(asked) ? context.read(given) : context.take(given);
  });
  return ask({ name: asked.name, parameters });
}

function isExtism({ namespace }: AskedHostFunction): boolean {
  return namespace === EXTISM_NAMESPACE;
}

function freeBlocks(
  { forms }: AskedHostFunction,
  addresses: readonly bigint[],
  context: CallContext,
): void {
  addresses.forEach((address, index) => {
    if (forms[index] === "b") context.free(address);
  });
}

function toValue(answer: HostAnswer): Answer {
  switch (answer.kind) {
    case "bytes":
      return answer.bytes;
    case "number":
      return answer.number;
    case "fault":
      throw new CapabilityError(answer.fault, answer.message);
    case "stop":
      throw new GuestStop(answer.reason);
    case "over":
      throw new GuestStop(OVER);
  }
}

const OVER = "the call is over";

/**
 * The host has given the call up. So will the sandbox here, whose time is over a moment later: until
 * then the guest stays suspended, and is unwound when nobody waits for it any more.
 */
async function untilOver(signal: AbortSignal | undefined): Promise<void> {
  assert(signal !== undefined, "only a guest that can be suspended calls what waits");
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => void setImmediate(resolve), { once: true });
  await promise;
}
