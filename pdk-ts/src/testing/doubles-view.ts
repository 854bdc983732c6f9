import type {
  Content,
  PluginUnderTest,
  PublishedEvent,
  RunStatement,
  Sample,
  SentRequest,
  TcpTraffic,
} from "@backworks/host/plugin";

type Doubles = PluginUnderTest["doubles"];

/** What the plugin keeps: the host's own store, in memory. */
export interface KvView {
  /** As text; null without a value, or when its time is over. */
  readonly get: (key: string) => string | null;
  readonly getBytes: (key: string) => Uint8Array | null;
  readonly set: (key: string, value: Content, ttlMs?: number) => void;
}

/** The plugin's clock, which stands still until the test moves it. */
export interface ClockView {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  /** Milliseconds since 1970, or RFC 3339. */
  readonly set: (to: number | string) => void;
  /** RFC 3339. */
  readonly toString: () => string;
}

/** What stands behind the plugin's rights, and what was asked of it so far. */
export class DoublesView {
  readonly kv: KvView;
  readonly clock: ClockView;
  /** What the plugin sent, in its order. */
  readonly http: { readonly requests: readonly SentRequest[] };
  readonly sql: { readonly statements: readonly RunStatement[] };
  readonly tcp: { readonly traffic: readonly TcpTraffic[] };
  readonly events: { readonly published: readonly PublishedEvent[] };
  readonly metrics: { readonly samples: readonly Sample[] };

  constructor(doubles: Doubles) {
    const { clock, http, sql, tcp } = doubles;
    this.kv = {
      get: (key) => {
        const bytes = doubles.getKv(key);
        return bytes === undefined ? null : new TextDecoder().decode(bytes);
      },
      getBytes: (key) => doubles.getKv(key) ?? null,
      set: (key, value, ttlMs) => doubles.setKv(key, value, ttlMs),
    };
    this.clock = {
      now: () => clock.now(),
      advance: (ms) => clock.advance(ms),
      set: (to) => clock.set(to),
      toString: () => clock.print(),
    };
    this.http = { requests: http.requests };
    this.sql = { statements: sql.statements };
    this.tcp = { traffic: tcp.traffic };
    this.events = { published: doubles.published };
    this.metrics = { samples: doubles.samples };
  }
}
