// oxlint-disable typescript/no-unsafe-type-assertion -- the engine answers what it is asked for
import { HostError, type FaultCode } from "../host-error.ts";
import { SERVICES, type CapabilityName, type ServiceName } from "../services.ts";
import { isDeclared } from "./declared.ts";
import { ANSWER, callService, type ServiceArgument } from "./native.ts";

/** A function of the host as the engine calls it. */
export interface Service {
  readonly slot: number;
  readonly capability: CapabilityName | "any";
}

/** `-1` is the first: the host's table (host/src/contracts/capabilities.ts). */
const FAULTS: readonly FaultCode[] = [
  "not_granted",
  "invalid",
  "not_configured",
  "quota",
  "too_large",
  "timeout",
  "unavailable",
  "conflict",
  "failed",
];

/** The engine had no room in the kernel for the arguments: the host has not seen the call. */
const NO_ROOM = -100;

let last: HostError | undefined;

/** Runs at build time: the snapshot keeps the number. */
export function findService(name: ServiceName): Service {
  const slot = SERVICES.findIndex((service) => service.name === name);
  return { slot, capability: SERVICES[slot]?.capability ?? "any" };
}

const ERROR = findService("bw_error");

/** Calls a function that answers text, or nothing. Throws a `HostError`. */
export function callForText(service: Service, ...parameters: ServiceArgument[]): string | null {
  const answer = call(service, ANSWER.text, parameters) as string | null;
  return answer === null ? null : answer.toWellFormed();
}

export function callForBytes(
  service: Service,
  ...parameters: ServiceArgument[]
): Uint8Array | null {
  return call(service, ANSWER.bytes, parameters) as Uint8Array | null;
}

export function callForNumber(service: Service, ...parameters: ServiceArgument[]): number {
  return call(service, ANSWER.number, parameters) as number;
}

/** What the last fault of this call was: the host forgets it when a call begins. */
export function findLastFault(): HostError | null {
  if (last === undefined || callService(ERROR.slot, ANSWER.text, []) === null) return null;
  return last;
}

/** Answers null instead of throwing a `HostError`. */
export function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}

function call(
  service: Service,
  answer: (typeof ANSWER)[keyof typeof ANSWER],
  parameters: readonly ServiceArgument[],
): unknown {
  const { slot, capability } = service;
  if (!isDeclared(capability)) {
    throw new Error(`${capability} is not declared: add capabilities.${capability} to plugin.yaml`);
  }
  const result = callService(slot, answer, parameters);
  if (typeof result !== "number" || result >= 0) return result;
  throw toError(result);
}

function toError(fault: number): Error {
  if (fault === NO_ROOM) {
    return new RangeError("what the host was to be given is larger than it takes");
  }
  const code = FAULTS[-fault - 1] ?? "failed";
  const text = callService(ERROR.slot, ANSWER.text, []);
  last = new HostError(code, typeof text === "string" ? text : `the host answered ${code}`);
  return last;
}
