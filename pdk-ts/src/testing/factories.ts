import type { Content, JsonObject, ReplySpec, RequestSpec } from "@backworks/host/plugin";
import { parse } from "yaml";

/**
 * A request: `request("POST /orders?dry=1", { body: { id: 7 } })`, or all of it as an object. A body
 * that is neither text nor bytes is sent as JSON.
 */
export function request(line: string | RequestSpec = {}, more: RequestSpec = {}): RequestSpec {
  if (typeof line !== "string") return { ...line, ...more };
  const [, method, path] = /^(?:([A-Z]+) )?(\/\S*)$/.exec(line) ?? [];
  if (path === undefined) {
    throw new TypeError(`expected a method and a path such as "GET /x", found "${line}"`);
  }
  return { ...(method !== undefined && { method }), path, ...more };
}

/** A response: `reply(404, "no such order")`, `reply(200, { id: 7 }, { etag: '"1"' })`. */
export function reply(status = 200, body?: Content, headers?: ReplySpec["headers"]): ReplySpec {
  return { status, body, headers };
}

/** A plugin's configuration: as an object, or as the YAML that an operator writes. */
export function config(values: JsonObject | string): JsonObject {
  if (typeof values !== "string") return values;
  const read: unknown = parse(values);
  if (isObject(read)) return read;
  throw new TypeError("expected a map of keys, as below plugins.NAME.config");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
