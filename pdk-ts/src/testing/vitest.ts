/**
 * `import "@backworks/pdk/testing/vitest"` gives vitest's `expect` the matchers, with their types.
 */
import { expect } from "vitest";
import { matchers, type Limits } from "./matchers.ts";

expect.extend(matchers);

declare module "vitest" {
  // Its own parameters, word for word: a declaration is merged with one that has the same.
  // oxlint-disable-next-line no-unused-vars -- T is one of them
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** It answers with this status, and this body: text, a pattern, or members of a JSON body. */
    toReply: (status: number, body?: unknown) => R;
    /** It sets or appends the header, to this value or one that matches. */
    toSetHeader: (name: string, value?: string | RegExp) => R;
    /** It provides the value to later plugins; of an object or a list as `toReply` compares bodies. */
    toProvide: (key: string, value?: unknown) => R;
    /** The message goes on as it came, and nothing is answered; context may be provided. */
    toPassThrough: () => R;
    /** It logs a text, or one that matches, at this level. */
    toLog: (level: "trace" | "debug" | "info" | "warn" | "error", text: string | RegExp) => R;
    /** It takes at most so much: units of fuel, bytes of memory. */
    toStayWithin: (limits: Limits) => R;
  }
}
