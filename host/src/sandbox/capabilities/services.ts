import type { Rights } from "../../contracts/capabilities.ts";
import type { Clock } from "../../lib/clock.ts";
import type { FillRandom } from "../../lib/random.ts";
import { Events, type PublishEvent } from "./events.ts";
import { HttpClient, type HttpTransport } from "./http/http-client.ts";
import type { Resolve } from "./http/lookup.ts";
import type { KvSpace } from "./kv/kv-space.ts";
import type { KvStore } from "./kv/kv-store.ts";
import { PluginMetrics } from "./metrics.ts";
import type { SqlService, TcpService } from "./peers.ts";
import { PluginCalls, type FindCallee } from "./plugin-calls.ts";
import { createRedactor, type Redact } from "./redactor.ts";
import { readSecret } from "./secrets.ts";

/** What the host has for its plugins, whatever they are granted. */
export interface HostServices {
  /** Opened for the first plugin that keeps values. Throws what opening it throws. */
  readonly store: () => KvStore;
  readonly clock: Clock;
  readonly fillRandom: FillRandom;
  readonly findCallee: FindCallee;
  /** Default: the system's. */
  readonly resolve?: Resolve;
  /** Default: the network. */
  readonly transport?: HttpTransport;
  /** Default: nobody can receive events. */
  readonly publish?: PublishEvent;
  /** Default: nothing is configured. */
  readonly sql?: SqlService;
  readonly tcp?: TcpService;
}

/** What a class does, without its private parts: something else may do it in its place. */
type Doing<T> = Pick<T, keyof T>;

/** What stands behind one plugin's functions; its instances share it. */
export interface PluginServices extends Disposable {
  readonly rights: Rights;
  readonly kv: Doing<KvSpace> | undefined;
  readonly http: Doing<HttpClient> | undefined;
  readonly calls: Doing<PluginCalls>;
  /** Whatever is granted: topics are checked at each call. */
  readonly events: Doing<Events> | undefined;
  readonly metrics: Doing<PluginMetrics> | undefined;
  /** Whatever is granted: names are checked at each call. */
  readonly sql: SqlService | undefined;
  readonly tcp: TcpService | undefined;
  /** Throws `not_granted` for a name that it has no right to. */
  readonly readSecret: (name: string) => string;
  readonly clock: Clock;
  readonly fillRandom: FillRandom;
  /** For everything the plugin says: its log, its errors. */
  readonly redact: Redact;
}

/** Makes what a plugin has a right to, and nothing else. Throws what opening it throws. */
export function createServices(rights: Rights, host: HostServices): PluginServices {
  const { clock, resolve, transport, findCallee, publish } = host;
  const kv = rights.kv === undefined ? undefined : host.store().open(rights.kv);
  const http =
    rights.http === undefined
      ? undefined
      : new HttpClient({
          right: rights.http,
          clock,
          ...(resolve !== undefined && { resolve }),
          ...(transport !== undefined && { transport }),
        });
  return {
    rights,
    kv,
    http,
    calls: new PluginCalls({ allowed: rights.plugins, find: findCallee }),
    events: publish && new Events({ allowed: rights.events.publish, publish }),
    metrics: rights.metrics === undefined ? undefined : new PluginMetrics(rights.metrics),
    sql: host.sql,
    tcp: host.tcp,
    readSecret: (name) => readSecret(rights.secrets, name),
    clock,
    fillRandom: host.fillRandom,
    redact: createRedactor(rights.secrets.values()),
    [Symbol.dispose]: () => http?.[Symbol.dispose](),
  };
}
