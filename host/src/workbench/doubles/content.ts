import { Buffer } from "node:buffer";
import type { Json } from "../../contracts/json.ts";

/** Bytes as people write them: text as it is, any other value as its JSON. */
export type Content = Uint8Array | Json;

export function contentBytes(content: Content | undefined): Uint8Array {
  if (content === undefined) return new Uint8Array(0);
  if (content instanceof Uint8Array) return content;
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
}

/** Whether it goes out as JSON, and says so when nobody says otherwise. */
export function isJsonContent(content: Content | undefined): boolean {
  return content !== undefined && typeof content !== "string" && !(content instanceof Uint8Array);
}
