import type { HookName } from "../contracts/hooks.ts";
import type { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Frame } from "../sandbox/profiling/frames.ts";
import type { FuelProfile } from "../sandbox/profiling/fuel-profiler.ts";
import { sumFunctions, type FunctionFuel } from "../workbench/profile/sum-functions.ts";
import { printPlace } from "../workbench/profile/flame-boxes.ts";
import { printColumns } from "./columns.ts";
import type { Output } from "./output.ts";

const NAME_LENGTH_MAX = 60;

export interface ShownProfile {
  readonly plugin: { readonly name: string; readonly version: string };
  readonly hook: HookName;
  readonly accounting: "bounded" | "exact";
  readonly profile: FuelProfile;
  /** How many were made. */
  readonly calls: number;
  readonly fuelLimit: number;
  readonly error: BackworksError | undefined;
}

/** The dearest functions, one on a line. */
export function printProfile(
  { profile, calls, accounting, fuelLimit }: ShownProfile,
  top: number,
  output: Output,
): void {
  const { fuel } = profile;
  const each = calls > 1 ? `, ${Math.round(fuel / calls).toLocaleString("en")} each` : "";
  const limit = fuelLimit.toLocaleString("en");
  output.line(
    `${calls} ${calls === 1 ? "call" : "calls"}, ${fuel.toLocaleString("en")} units of fuel${each} (${accounting}; ${limit} for a call)`,
  );
  const functions = sumFunctions(profile);
  const rows = functions.slice(0, top).map((sum) => printRow(sum, fuel));
  const heading = ["self", "%", "total", "%", "calls", "function", "place"];
  for (const [index, line] of printColumns(alignRight([heading, ...rows])).entries()) {
    output.line(`  ${index === 0 ? output.style("dim", line) : line}`);
  }
  const more = functions.length - top;
  if (more > 0) output.line(`  and ${more} functions more`);
}

/** The same for machines. */
export function describeProfile(shown: ShownProfile): Readonly<Record<string, unknown>> {
  const { hook, accounting, calls, fuelLimit, profile } = shown;
  return {
    hook,
    accounting,
    calls,
    fuel: profile.fuel,
    fuelLimit,
    functions: sumFunctions(profile).map(({ frame, ...sums }) => ({
      name: frame.name,
      kind: frame.kind,
      ...(frame.place !== undefined && frame.place),
      ...sums,
    })),
  };
}

function printRow({ frame, self, total, calls }: FunctionFuel, fuel: number): string[] {
  const share = (part: number): string => ((100 * part) / Math.max(1, fuel)).toFixed(1);
  return [
    self.toLocaleString("en"),
    share(self),
    total.toLocaleString("en"),
    share(total),
    calls.toLocaleString("en"),
    escapeText(frame.name, NAME_LENGTH_MAX),
    placeOf(frame),
  ];
}

const KINDS: Readonly<Record<Frame["kind"], string>> = {
  wasm: "",
  script: "",
  native: "(built-in)",
  host: "(host)",
};

function placeOf({ kind, place }: Frame): string {
  if (place === undefined) return KINDS[kind];
  return escapeText(printPlace(place), NAME_LENGTH_MAX);
}

/** Figures stand below each other by their last digit. */
function alignRight(rows: readonly (readonly string[])[]): string[][] {
  const FIGURES = 5;
  const widths = Array.from({ length: FIGURES }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)));
}
