/**
 * The engine's glue between QuickJS-NG and ABI 1, compiled by AssemblyScript.
 *
 * It lives in QuickJS's memory and so owns no static data: no strings, no objects. There is one
 * export for every hook of ABI 1, so that all `full` plugins have the same code section to the
 * byte; the slots are those of `HOOKS` in hooks.ts.
 */
import { callWithBytes, callWithFrame, callWithText } from "./call";

export * from "./build-api";
export * from "./native";
export { host_promise_rejection } from "./unhandled";

export function initialize(): i32 {
  return callWithText(0);
}
export function config_reload(): i32 {
  return callWithText(1);
}
export function start(): i32 {
  return callWithText(2);
}
export function stop(): i32 {
  return callWithText(3);
}
export function cleanup(): i32 {
  return callWithText(4);
}
export function health_check(): i32 {
  return callWithText(5);
}
export function get_metrics(): i32 {
  return callWithText(6);
}
export function before_request(): i32 {
  return callWithFrame(7);
}
export function process_endpoint(): i32 {
  return callWithFrame(8);
}
export function after_response(): i32 {
  return callWithFrame(9);
}
export function authenticate(): i32 {
  return callWithFrame(10);
}
export function authorize(): i32 {
  return callWithFrame(11);
}
export function audit_log(): i32 {
  return callWithFrame(12);
}
export function collect_metrics(): i32 {
  return callWithText(13);
}
export function generate_alerts(): i32 {
  return callWithText(14);
}
export function track_event(): i32 {
  return callWithText(15);
}
export function generate_report(): i32 {
  return callWithText(16);
}
export function on_message(): i32 {
  return callWithFrame(17);
}
export function on_schedule(): i32 {
  return callWithText(18);
}
export function on_event(): i32 {
  return callWithFrame(19);
}
export function on_call(): i32 {
  return callWithBytes(20);
}
