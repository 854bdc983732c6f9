/** `@backworks/host/plugin`: one plugin in the real sandbox, for the kit that tests plugins. */
export { printMessage } from "./abi/message-frame.ts";
export type { Edits, HeaderList } from "./contracts/exchange.ts";
export type { ExchangeHookName, HookName } from "./contracts/hooks.ts";
export type { Json, JsonObject } from "./contracts/json.ts";
export type { Verdict } from "./contracts/security.ts";
export { BackworksError } from "./lib/errors.ts";
export { checkPlugin, checkPluginBytes } from "./plugins/check.ts";
export type { CheckedPlugin } from "./plugins/check.ts";
export type { ExchangeResult, HookResult } from "./workbench/call-hook.ts";
export type { Content } from "./workbench/doubles/content.ts";
export type { DoubleOptions, PluginDouble } from "./workbench/doubles/doubles.ts";
export type { HttpAnswer, HttpRoute, SentRequest } from "./workbench/doubles/http-double.ts";
export type { RunStatement, SqlAnswer } from "./workbench/doubles/sql-double.ts";
export type { TcpStep, TcpTraffic, WireBytes } from "./workbench/doubles/tcp-double.ts";
export { makeExchange, type ReplySpec, type RequestSpec } from "./workbench/exchange-spec.ts";
export type { HostCall } from "./workbench/note-calls.ts";
export type { LogLine } from "./workbench/open-plugin.ts";
export { PluginUnderTest, type Tested, type TestOptions } from "./workbench/plugin-under-test.ts";
