import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";
import { BEYOND, visitCalls } from "./sum-functions.ts";

/** https://www.speedscope.app/file-format-schema.json, as far as it is written here. */
export interface SpeedscopeFile {
  readonly $schema: "https://www.speedscope.app/file-format-schema.json";
  readonly name: string;
  readonly exporter: string;
  readonly activeProfileIndex: 0;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly [EventedProfile];
}

interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
}

interface EventedProfile {
  readonly type: "evented";
  readonly name: string;
  /** Units of fuel are none that speedscope knows. */
  readonly unit: "none";
  readonly startValue: 0;
  readonly endValue: number;
  readonly events: readonly SpeedscopeEvent[];
}

interface SpeedscopeEvent {
  /** A frame is opened or closed. */
  readonly type: "O" | "C";
  readonly frame: number;
  readonly at: number;
}

/** A profile as speedscope reads it, with fuel in the place of time. */
export function toSpeedscope(profile: FuelProfile, name: string, exporter: string): SpeedscopeFile {
  const events: SpeedscopeEvent[] = [];
  const { frames, fuel, calls } = profile;
  const beyond = frames.length;
  const starts: number[] = [];
  const number = (frame: number): number => (frame < 0 ? beyond : frame);
  visitCalls(calls, {
    enter: ({ frame }, _, at) => {
      starts.push(at);
      events.push({ type: "O", frame: number(frame), at });
    },
    leave: ({ frame }, total) => {
      events.push({ type: "C", frame: number(frame), at: (starts.pop() ?? 0) + total });
    },
  });
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name,
    exporter,
    activeProfileIndex: 0,
    shared: {
      frames: [...frames, BEYOND].map(({ name: shown, place }) => ({
        name: shown.toWellFormed(),
        ...(place !== undefined && { file: place.file }),
        ...(place?.line !== undefined && { line: place.line }),
        ...(place?.column !== undefined && { col: place.column }),
      })),
    },
    profiles: [{ type: "evented", name, unit: "none", startValue: 0, endValue: fuel, events }],
  };
}
