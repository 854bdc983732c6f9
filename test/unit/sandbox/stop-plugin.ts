import type { JsonObject } from "../../../host/src/contracts/json.ts";
import type { GuestLimits } from "../../../host/src/sandbox/limits.ts";
import type { Files } from "../../support/folder.ts";
import { headOf, manifestOf } from "../../support/plugins.ts";

const TAF = `export function parseTaf(text: string): number {
  let sum = 0;
  for (;;) {
    sum += text.split(" ").length;
  }
}

export class Reader {
  at = 0;
  read(text: string): void {
    while (this.at >= 0) {
      this.at = text.indexOf("b", this.at) % 1;
    }
  }
}

export const arrow = (text: string): void => {
  for (;;) text.trim();
};

export function tight(): void {
  Math.abs(1);
  for (;;);
}

export function matches(): boolean {
  return /^(a+)+$/.test("a".repeat(40) + "!");
}

export function parses(): unknown {
  return JSON.parse("[" + "1,".repeat(2_000_000) + "1]");
}

export function sorts(): void {
  const list = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);
  list.sort((a, b) => {
    for (;;) Math.max(a, b);
  });
}

export async function later(): Promise<void> {
  await null;
  for (;;) {
    await null;
    for (let i = 0; i < 1000; i++) Math.abs(i);
  }
}

export function* numbers(): Generator<number> {
  for (let i = 0; ; i++) {
    yield Math.abs(i);
  }
}

export function deep(n: number): number {
  return 1 + deep(n + 1);
}
`;

const PLUGIN = `import type { Request } from "@backworks/pdk";
import * as taf from "./taf.ts";

export function beforeRequest(request: Request): void | Promise<void> {
  const mode = request.header("x-mode");
  if (mode === "named") taf.parseTaf("a b");
  if (mode === "method") new taf.Reader().read("abc");
  if (mode === "arrow") taf.arrow(" a ");
  if (mode === "tight") taf.tight();
  if (mode === "regex") taf.matches();
  if (mode === "json") taf.parses();
  if (mode === "sort") taf.sorts();
  if (mode === "async") return taf.later();
  if (mode === "generator") for (const n of taf.numbers()) mode.at(n);
  if (mode === "kit") for (;;) request.header("x-mode");
  if (mode === "deep") taf.deep(0);
  if (mode === "renamed") {
    Object.defineProperty(taf.parseTaf, "name", { value: "x" });
    const named = { ["a\\n\\u001b[31m" + mode]: () => { for (;;) mode.at(0); } };
    Object.values(named)[0]?.();
  }
}
`;

/** A plugin that is told by a header which of its functions to stay in. */
export const FILES: Files = {
  "plugin.yaml": manifestOf({ before_request: { reads: { headers: ["x-mode"] } } }),
  "src/plugin.ts": PLUGIN,
  "src/taf.ts": TAF,
};

export const FUEL: Partial<GuestLimits> = { call: { fuel: 3_000_000, timeMs: 60_000 } };

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
}

/** What a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const failed = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test compares what it is
  return failed as Failure;
}

export const headFor = (mode: string): string => headOf("GET /", [`x-mode: ${mode}`]);
