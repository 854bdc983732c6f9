import { expect } from "vitest";
import { BuildError } from "@backworks/pdk/build";
import type { Files } from "../../support/folder.ts";
import { buildFiles, manifestOf } from "../../support/plugins.ts";

export const MANIFEST: string = manifestOf({ before_request: {} }, { target: "fast" });
export const SOURCE = "export function beforeRequest(): void {}\n";

/** A source that is refused, and how. */
export interface Case {
  readonly name: string;
  /** Of src/plugin.ts, behind a first line that is right. */
  readonly lines?: string;
  readonly files?: Files;
  readonly code?: string;
  readonly says: readonly string[];
  /** What it must not say. */
  readonly saysNot?: string;
  readonly at?: string;
}

export async function expectRefusal({
  lines = "",
  files,
  code = "source_invalid",
  says,
  saysNot,
  at,
}: Case): Promise<void> {
  const written = { "plugin.yaml": MANIFEST, "src/plugin.ts": SOURCE + lines, ...files };
  const error = await buildFiles(written).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BuildError);
  if (!(error instanceof BuildError)) return;
  const text = [error.message, ...error.notes].join("\n");
  for (const part of says) expect(text).toContain(part);
  if (saysNot !== undefined) expect(text).not.toContain(saysNot);
  expect(error.code).toBe(code);
  if (at !== undefined) expect(printPosition(error)).toBe(at);
}

function printPosition({ position }: BuildError): string {
  return position === undefined
    ? "nowhere"
    : `${position.file}:${position.line}:${position.column}`;
}
