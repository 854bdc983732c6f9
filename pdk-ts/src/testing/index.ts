/** `@backworks/pdk/testing`: tests of plugins, as they are built, in the host's real sandbox. */
export { config, reply, request } from "./factories.ts";
export { HookFailure } from "./hook-failure.ts";
export { matchers } from "./matchers.ts";
export { openPlugin, type OpenOptions } from "./open-plugin.ts";
export type { CallFacts, Message, Reply, SentMessage } from "./outcome.ts";
export type { ExchangeOutcome, MessageOutcome, OutputOutcome, ValueOutcome } from "./outcome.ts";
export type { MessageSpec, TestPlugin } from "./test-plugin.ts";
export type {
  Content,
  HostCall,
  HttpAnswer,
  HttpRoute,
  Json,
  JsonObject,
  LogLine,
  PluginDouble,
  PublishedEvent,
  ReplySpec,
  RequestSpec,
  RunStatement,
  Sample,
  SentRequest,
  SqlAnswer,
  TcpStep,
  TcpTraffic,
  WireBytes,
} from "@backworks/host/plugin";
