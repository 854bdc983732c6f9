import type { UserName } from "../../abi/user.ts";
import type { Capability } from "../../contracts/capabilities.ts";
import type { GuestFunction } from "../extism-functions.ts";
import type { CallContext } from "./call-context.ts";
import { CapabilityError } from "./capability-error.ts";
import { printHttpResponse, readHttpRequest } from "./http/message.ts";
import { readSample, SAMPLE_BYTES_MAX } from "./metric-frame.ts";
import type { PeerName } from "./peer-functions.ts";
import type { PluginServices } from "./services.ts";

/** More at a time would cost time that nothing meters. */
const RANDOM_BYTES_MAX = 64 * 1024;

/** Those that have no file of their own. */
type OwnName = Exclude<UserName, PeerName>;
type Functions<Name extends UserName> = Readonly<Record<Name, GuestFunction>>;

/** `extism:host/user` for one instance (abi/user.ts says what each function is given and answers). */
export function createUserFunctions(
  context: CallContext,
  services: PluginServices,
): Functions<OwnName> {
  return {
    bw_error: () => context.answer(() => context.error),
    ...createKvFunctions(context, services),
    ...createWaitingFunctions(context, services),
    ...createPlainFunctions(context, services),
    ...createEventFunctions(context, services),
  };
}

type KvName = Extract<UserName, `bw_kv_${string}`>;

function createKvFunctions(context: CallContext, services: PluginServices): Functions<KvName> {
  const kv = (): NonNullable<PluginServices["kv"]> => requireGranted(services.kv, "kv");
  return {
    bw_kv_get: (key: bigint) => context.answer(() => kv().get(context.takeText(key))),
    bw_kv_set: (key: bigint, value: bigint, ttlMs: bigint) =>
      context.answer(() => {
        const [name, bytes] = [context.takeText(key), context.take(value)];
        kv().set(name, bytes, readTtl(ttlMs));
        return undefined;
      }),
    bw_kv_delete: (key: bigint) =>
      context.answer(() => (kv().delete(context.takeText(key)) ? 1n : 0n)),
    bw_kv_increment: (key: bigint, by: bigint, ttlMs: bigint) =>
      context.answer(() => String(kv().increment(context.takeText(key), by, readTtl(ttlMs)))),
    bw_kv_compare_and_set: (key: bigint, expected: bigint, value: bigint, ttlMs: bigint) =>
      context.answer(() => {
        const name = context.takeText(key);
        const present = expected === 0n ? undefined : context.take(expected);
        const isSet = kv().compareAndSet(name, present, context.take(value), readTtl(ttlMs));
        return isSet ? 1n : 0n;
      }),
  };
}

/** These suspend the guest: `async` in the table. */
function createWaitingFunctions(
  context: CallContext,
  services: PluginServices,
): Functions<"bw_http_send" | "bw_plugin_call"> {
  return {
    bw_http_send: async (request: bigint, timeoutMs: bigint) =>
      context.answerLater(async () => {
        const http = requireGranted(services.http, "http");
        const { httpBudget, signal } = context;
        const response = await http.send(readHttpRequest(context.take(request)), httpBudget, {
          ...(timeoutMs > 0n && { timeoutMs: Number(timeoutMs) }),
          ...(signal !== undefined && { signal }),
        });
        return printHttpResponse(response);
      }),
    bw_plugin_call: async (name: bigint, input: bigint) =>
      context.answerLater(async () => {
        const [plugin, bytes] = [context.takeText(name), context.take(input)];
        return services.calls.call(plugin, bytes, context.origin);
      }),
  };
}

type PlainName = `bw_${"secret_get" | "metric_record" | "random_bytes"}` | ClockName;
type ClockName = Extract<UserName, `bw_clock_${string}`>;

function createPlainFunctions(
  context: CallContext,
  { rights, metrics, clock, fillRandom, readSecret }: PluginServices,
): Functions<PlainName> {
  return {
    bw_secret_get: (name: bigint) => context.answer(() => readSecret(context.takeText(name))),
    bw_metric_record: (sample: bigint) =>
      context.answer(() => {
        requireGranted(metrics, "metrics").record(
          readSample(context.takeText(sample, SAMPLE_BYTES_MAX)),
        );
        return undefined;
      }),
    bw_clock_now: () =>
      context.answer(() => {
        requireGranted(rights.clock || undefined, "clock");
        return toInteger(clock.now(), 1000);
      }),
    bw_clock_monotonic: () =>
      context.answer(() => {
        requireGranted(rights.clock || undefined, "clock");
        return toInteger(clock.monotonicMs(), 1_000_000);
      }),
    bw_random_bytes: (length: bigint) =>
      context.answer(() => {
        requireGranted(rights.random || undefined, "random");
        if (length < 0n || length > RANDOM_BYTES_MAX) {
          const message = `0 to ${RANDOM_BYTES_MAX} random bytes are drawn at a time`;
          throw new CapabilityError("too_large", message);
        }
        const bytes = new Uint8Array(Number(length));
        fillRandom(bytes);
        return bytes;
      }),
  };
}

function createEventFunctions(
  context: CallContext,
  { rights, events }: PluginServices,
): Functions<"bw_event_publish"> {
  return {
    bw_event_publish: (topic: bigint, payload: bigint) =>
      context.answer(() => {
        const { publish, subscribe } = rights.events;
        requireGranted(publish.length + subscribe.length > 0 || undefined, "events");
        if (events === undefined) {
          const message = "this host has nothing configured behind the capability events";
          throw new CapabilityError("not_configured", message);
        }
        const [name, bytes] = [context.takeText(topic), context.take(payload)];
        events.publish({ topic: name, payload: bytes, origin: context.origin });
        return undefined;
      }),
  };
}

/** A module that imports a function without the right is refused at load: this is the second lock. */
function requireGranted<T>(service: T | undefined, capability: Capability): T {
  if (service !== undefined) return service;
  throw new CapabilityError("not_granted", `the capability ${capability} is not granted`);
}

function readTtl(ttlMs: bigint): number | undefined {
  return ttlMs === 0n ? undefined : Number(ttlMs);
}

function toInteger(milliseconds: number, factor: number): bigint {
  return BigInt(Math.round(milliseconds * factor));
}
