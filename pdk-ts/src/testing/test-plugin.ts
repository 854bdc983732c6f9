import type {
  ExchangeHookName,
  HookName,
  HookResult,
  Json,
  JsonObject,
  PluginUnderTest,
  ReplySpec,
  RequestSpec,
  Tested,
} from "@backworks/host/plugin";
import type * as host from "@backworks/host/plugin";
import { DoublesView } from "./doubles-view.ts";
import {
  toExchange,
  toFacts,
  toMessage,
  toOutput,
  toValue,
  type CallFacts,
  type ExchangeOutcome,
  type MessageOutcome,
  type OutputOutcome,
  type ValueOutcome,
} from "./outcome.ts";

/** What a peer sends. */
export interface MessageSpec {
  readonly connection?: string | undefined;
  readonly peer?: string | undefined;
  readonly local?: string | undefined;
  /** What the plugin set as state before. */
  readonly state?: Json | undefined;
}

/** An open plugin: its hooks by the names that authors give them, and its doubles. */
export class TestPlugin extends DoublesView implements AsyncDisposable {
  readonly name: string;
  readonly version: string;
  readonly #tested: PluginUnderTest;
  readonly #host: typeof host;
  readonly #config: JsonObject;

  constructor(tested: PluginUnderTest, from: typeof host, config: JsonObject) {
    super(tested.doubles);
    const { name, version } = tested.plugin.manifest;
    this.name = name;
    this.version = version;
    this.#tested = tested;
    this.#host = from;
    this.#config = config;
  }

  async beforeRequest(request: RequestSpec = {}): Promise<ExchangeOutcome> {
    return this.#exchange("before_request", request);
  }

  async processEndpoint(request: RequestSpec = {}): Promise<ExchangeOutcome> {
    return this.#exchange("process_endpoint", request);
  }

  /** `reply` is what the handler answered. */
  async afterResponse(request: RequestSpec = {}, reply: ReplySpec = {}): Promise<ExchangeOutcome> {
    return this.#exchange("after_response", request, reply);
  }

  async authenticate(request: RequestSpec = {}): Promise<ExchangeOutcome> {
    return this.#exchange("authenticate", request);
  }

  /** Who sends it is `context.auth` of the request: `{ subject, roles, claims }`. */
  async authorize(request: RequestSpec = {}): Promise<ExchangeOutcome> {
    return this.#exchange("authorize", request);
  }

  async auditLog(request: RequestSpec = {}, reply: ReplySpec = {}): Promise<ExchangeOutcome> {
    return this.#exchange("audit_log", request, reply);
  }

  async configReload(config: JsonObject = this.#config): Promise<CallFacts> {
    return toFacts(await this.#call("config_reload", JSON.stringify(config)));
  }

  async start(): Promise<CallFacts> {
    return toFacts(await this.#call("start"));
  }

  async stop(): Promise<CallFacts> {
    return toFacts(await this.#call("stop"));
  }

  async cleanup(): Promise<CallFacts> {
    return toFacts(await this.#call("cleanup"));
  }

  async healthCheck(): Promise<ValueOutcome<{ status: string; message?: string; details?: Json }>> {
    return toValue(await this.#call("health_check"));
  }

  async getMetrics(): Promise<ValueOutcome<Readonly<Record<string, number>>>> {
    return toValue(await this.#call("get_metrics"));
  }

  async collectMetrics<T = unknown>(input: Json = null): Promise<ValueOutcome<T>> {
    return toValue(await this.#call("collect_metrics", JSON.stringify(input)));
  }

  async generateAlerts<T = unknown>(input: Json = null): Promise<ValueOutcome<T>> {
    return toValue(await this.#call("generate_alerts", JSON.stringify(input)));
  }

  async trackEvent<T = unknown>(input: Json = null): Promise<ValueOutcome<T>> {
    return toValue(await this.#call("track_event", JSON.stringify(input)));
  }

  async generateReport<T = unknown>(input: Json = null): Promise<ValueOutcome<T>> {
    return toValue(await this.#call("generate_report", JSON.stringify(input)));
  }

  async onMessage(
    payload: Uint8Array | string,
    {
      connection = "test",
      peer = "127.0.0.1:50000",
      local = "127.0.0.1:5000",
      state,
    }: MessageSpec = {},
  ): Promise<MessageOutcome> {
    const facts = { connection, peer, local, ...(state !== undefined && { state }) };
    return toMessage(await this.#message("on_message", facts, payload));
  }

  async onEvent(
    topic: string,
    payload: Uint8Array | string = "",
    publisher = "test",
  ): Promise<CallFacts> {
    const facts = { topic, publisher, id: "0".repeat(32) };
    return toFacts(await this.#message("on_event", facts, payload));
  }

  /** `at` is RFC 3339; default: what the clock says. */
  async onSchedule(name: string, at?: string): Promise<CallFacts> {
    const tick = { name, at: at ?? this.clock.toString() };
    return toFacts(await this.#call("on_schedule", JSON.stringify(tick)));
  }

  async onCall(input: Uint8Array | string = ""): Promise<OutputOutcome> {
    return toOutput(await this.#call("on_call", "", toBytes(input)));
  }

  /** Any hook with its raw input. */
  async call(hook: HookName, input: Uint8Array | string = ""): Promise<OutputOutcome> {
    return toOutput(await this.#call(hook, "", toBytes(input)));
  }

  close(): void {
    this.#tested[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #exchange(
    hook: ExchangeHookName,
    request: RequestSpec,
    reply?: ReplySpec,
  ): Promise<ExchangeOutcome> {
    const exchange = this.#host.makeExchange(request, reply);
    return toExchange(await this.#tested.exchange(hook, exchange));
  }

  async #message(
    hook: HookName,
    facts: Readonly<Record<string, Json>>,
    payload: Uint8Array | string,
  ): Promise<Tested<HookResult>> {
    const lines = Object.entries(facts).map(
      ([key, value]) => [key, JSON.stringify(value)] as const,
    );
    return this.#tested.call(hook, this.#host.printMessage(lines, toBytes(payload)));
  }

  async #call(hook: HookName, head = "", body?: Uint8Array): Promise<Tested<HookResult>> {
    return this.#tested.call(hook, { head, body });
  }
}

function toBytes(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
}
