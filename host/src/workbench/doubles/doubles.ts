import {
  HTTP_DEFAULTS,
  KV_DEFAULTS,
  METRICS_DEFAULTS,
  type CapabilitiesAsked,
  type Grants,
} from "../../contracts/capabilities.ts";
import type { FindCallee } from "../../sandbox/capabilities/plugin-calls.ts";
import { KvStore } from "../../sandbox/capabilities/kv/kv-store.ts";
import type { KvSpace } from "../../sandbox/capabilities/kv/kv-space.ts";
import type { Sample } from "../../sandbox/capabilities/metrics.ts";
import type { HostServices } from "../../sandbox/capabilities/services.ts";
import { contentBytes, type Content } from "./content.ts";
import { HttpDouble, type HttpRoute } from "./http-double.ts";
import { ManualClock } from "./manual-clock.ts";
import { Misses } from "./misses.ts";
import { seededRandom } from "./seeded-random.ts";
import { SqlDouble, type SqlAnswer } from "./sql-double.ts";
import { TcpDouble, type TcpStep } from "./tcp-double.ts";

/** What another plugin answers: always the same, or as a function of its input says. */
export type PluginDouble = Content | ((input: string) => Content);

export interface PublishedEvent {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** What stands behind a plugin's rights in a test. Whatever is left out is empty. */
export interface DoubleOptions {
  readonly kv?: Readonly<Record<string, Content>> | undefined;
  readonly http?: readonly HttpRoute[] | undefined;
  readonly sql?: readonly SqlAnswer[] | undefined;
  readonly tcp?: Readonly<Record<string, readonly TcpStep[]>> | undefined;
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  readonly plugins?: Readonly<Record<string, PluginDouble>> | undefined;
  /** Where the clock stands: milliseconds since 1970, or RFC 3339. */
  readonly clock?: number | string | undefined;
  readonly random?: number | undefined;
}

/** Doubles of everything a plugin can be let do: in memory, the same each time, and written down. */
export class Doubles implements Disposable {
  readonly misses: Misses = new Misses();
  readonly clock: ManualClock;
  readonly http: HttpDouble;
  readonly sql: SqlDouble;
  readonly tcp: TcpDouble;
  /** Events that the plugin has published, in their order. */
  readonly published: PublishedEvent[] = [];
  /** Figures that it has reported likewise. */
  readonly samples: Sample[] = [];
  /** All that the plugin asks for is granted: what it gets is up to the doubles. */
  readonly grants: Grants;
  readonly host: HostServices;
  readonly #store: KvStore;
  readonly #kv: KvSpace;

  /** `name` and `asked` are the plugin's. */
  constructor(name: string, asked: CapabilitiesAsked, options: DoubleOptions = {}) {
    const { misses } = this;
    this.clock = new ManualClock(options.clock);
    this.http = new HttpDouble(options.http ?? [], misses);
    this.sql = new SqlDouble(options.sql ?? [], misses);
    this.tcp = new TcpDouble(options.tcp ?? {}, misses);
    this.#store = new KvStore({ file: ":memory:", clock: this.clock });
    this.#kv = this.#store.open({ ...KV_DEFAULTS, namespace: name });
    for (const [key, value] of Object.entries(options.kv ?? {})) this.setKv(key, value);
    this.grants = grantAll(asked, options.secrets ?? {});
    this.host = {
      store: () => this.#store,
      clock: this.clock,
      fillRandom: seededRandom(options.random ?? 0),
      findCallee: createFindCallee(options.plugins ?? {}),
      transport: this.http,
      publish: ({ topic, payload }) => {
        this.published.push({ topic, payload: Uint8Array.from(payload) });
      },
      sql: this.sql,
      tcp: this.tcp,
    };
  }

  /** What the plugin keeps under a key, unless its time is over. */
  getKv(key: string): Uint8Array | undefined {
    return this.#kv.get(key);
  }

  setKv(key: string, value: Content, ttlMs?: number): void {
    this.#kv.set(key, contentBytes(value), ttlMs);
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }
}

function grantAll(asked: CapabilitiesAsked, secrets: Readonly<Record<string, string>>): Grants {
  return {
    ...asked,
    kv: asked.kv ? KV_DEFAULTS : undefined,
    // No address is looked up: private ones are as harmless as others.
    http: { ...HTTP_DEFAULTS, allow: asked.http, private: true },
    secrets: new Map(Object.entries(secrets)),
    metrics: asked.metrics ? METRICS_DEFAULTS : undefined,
    hooks: {},
  };
}

function createFindCallee(plugins: Readonly<Record<string, PluginDouble>>): FindCallee {
  return (name) => {
    const double = plugins[name];
    if (double === undefined) return undefined;
    return async (input) =>
      contentBytes(typeof double === "function" ? double(new TextDecoder().decode(input)) : double);
  };
}
