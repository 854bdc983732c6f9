import { resolve } from "node:path";
import { INSTALLED_GLOBAL } from "../runtime/bootstrap.ts";
import { bundle, type Bundle, type BundleWarning } from "./bundle.ts";
import { checkCapabilities } from "./check-capabilities.ts";
import { checkHooks } from "./check-hooks.ts";
import { withDeadline } from "./deadline.ts";
import { readEngine } from "./engine.ts";
import type { EngineInstance } from "./engine-instance.ts";
import { locateEngine, type EngineAddresses } from "./engine-section.ts";
import { evaluateBundle } from "./evaluate.ts";
import { findEntry, locateSource, requireText } from "./locate-source.ts";
import { buildFast } from "./fast/build-fast.ts";
import { readManifest, type BuildTarget, type PluginManifest } from "./read-manifest.ts";
import { slotOf, writeSnapshot, type Snapshot } from "./snapshot.ts";
import { writeModule } from "./write-module.ts";

export interface BuildOptions {
  /** A folder with a plugin.yaml, or a TypeScript file with one beside it or one folder up. */
  readonly source: string;
  /** Where to write the module; folders are made as needed. */
  readonly out?: string;
  /** Default: `target` of plugin.yaml, and `full` without one. */
  readonly target?: BuildTarget | undefined;
  /** Looks at the text of plugin.yaml before anything is built of it, and throws what it will. */
  readonly checkManifest?: (text: string) => void;
}

export interface BuiltPlugin {
  readonly target: BuildTarget;
  readonly bytes: Uint8Array;
  /** What stands in the module's `backworks:manifest`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Names of the hooks in the module, such as `before_request`. */
  readonly hooks: readonly string[];
  readonly warnings: readonly BundleWarning[];
  /** What top-level code logged while it was evaluated. */
  readonly logs: readonly string[];
  /** Files that went into it, relative to the folder of plugin.yaml. */
  readonly files: readonly string[];
  readonly sizes: BuildSizes;
  readonly times: BuildTimes;
}

export interface BuildSizes {
  readonly moduleBytes: number;
  /** Of the source: bundled in `full`, as it was written in `fast`. */
  readonly bundleBytes: number;
  readonly dataBytes: number;
  readonly memoryPages: number;
}

export interface BuildTimes {
  readonly bundleMs: number;
  /** Of the evaluation in `full`, of the compiler in `fast`. */
  readonly evaluateMs: number;
  readonly writeMs: number;
  readonly totalMs: number;
}

/** A collection of garbage is worth its time once this much is in use. */
const GC_BYTES = 1024 * 1024;

/** The engine, compiled once in this process. */
let engine: Promise<Engine> | undefined;

interface Engine {
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
  readonly addresses: EngineAddresses | undefined;
}

/**
 * Builds a TypeScript plugin into one WebAssembly module: bundled, evaluated, and written down as
 * a snapshot (`full`), or compiled (`fast`). The same source gives the same bytes, wherever its
 * folder lies. Throws `BuildError`.
 */
export async function buildPlugin(options: BuildOptions): Promise<BuiltPlugin> {
  const { source, out, target } = options;
  const start = performance.now();
  const { folder, entry: named } = await locateSource(source);
  const manifest = await readManifest(folder);
  options.checkManifest?.(manifest.text);
  const entry = named ?? manifest.entry ?? (await findEntry(folder));
  await requireText(folder, entry);
  const located = { folder, entry, manifest, start };
  const chosen = target ?? manifest.target ?? "full";
  const built = await (chosen === "fast" ? compileFast(located) : takeSnapshot(located));
  if (out !== undefined) await writeModule(resolve(out), built.bytes);
  return built;
}

/** A plugin that was found, and when the build began. */
interface LocatedPlugin {
  readonly folder: string;
  readonly entry: string;
  readonly manifest: PluginManifest;
  readonly start: number;
}

async function takeSnapshot({
  folder,
  entry,
  manifest,
  start,
}: LocatedPlugin): Promise<BuiltPlugin> {
  engine ??= loadEngine();
  // Awaited below: a failure there must not count as unhandled when the source fails first.
  engine.catch(() => (engine = undefined));
  const capabilities = [...manifest.capabilities];
  const bundled = await bundle(folder, entry, { hooks: manifest.plans, capabilities });
  const warnings = checkCapabilities(manifest, bundled.uses);
  const bundledAt = performance.now();
  const loaded = await engine;
  const { instance, exports } = evaluateBundle(loaded.module, bundled);
  checkHooks(manifest, entry, exports);
  const evaluatedAt = performance.now();
  // Its last jobs and setters are the author's code too.
  const snapshot = withDeadline(() => freeze(loaded, instance, manifest, bundled));
  const end = performance.now();
  return {
    target: "full",
    bytes: snapshot.bytes,
    manifest: manifest.data,
    hooks: manifest.plans.map(({ hook }) => hook),
    warnings: [...bundled.warnings, ...warnings, ...topLevelWarnings(instance, entry)],
    logs: instance.kernel.logs,
    files: bundled.files,
    sizes: sizesOf(snapshot, bundled),
    times: {
      bundleMs: bundledAt - start,
      evaluateMs: evaluatedAt - bundledAt,
      writeMs: end - evaluatedAt,
      totalMs: end - start,
    },
  };
}

async function compileFast({
  folder,
  entry,
  manifest,
  start,
}: LocatedPlugin): Promise<BuiltPlugin> {
  const fast = await buildFast(folder, entry, manifest);
  const end = performance.now();
  return {
    target: "fast",
    bytes: fast.bytes,
    manifest: manifest.data,
    hooks: manifest.plans.map(({ hook }) => hook),
    warnings: fast.warnings,
    logs: [],
    files: fast.files,
    sizes: {
      moduleBytes: fast.bytes.length,
      bundleBytes: fast.sourceBytes,
      dataBytes: fast.dataBytes,
      memoryPages: fast.memoryPages,
    },
    times: {
      bundleMs: fast.inspectedAt - start,
      evaluateMs: fast.compiledAt - fast.inspectedAt,
      writeMs: end - fast.compiledAt,
      totalMs: end - start,
    },
  };
}

async function loadEngine(): Promise<Engine> {
  const bytes = await readEngine();
  const module = await WebAssembly.compile(bytes);
  return { bytes, module, addresses: locateEngine(module) };
}

function freeze(
  { bytes, addresses }: Engine,
  instance: EngineInstance,
  manifest: PluginManifest,
  { sourceLines }: Bundle,
): Snapshot {
  const hooks = manifest.plans.map(({ hook }) => hook);
  instance.run(`globalThis.__runners = globalThis.${INSTALLED_GLOBAL}.runners;`, "backworks");
  for (const hook of hooks) instance.bindHook(slotOf(hook), "__runners", hook);
  instance.bindPrintThrown(INSTALLED_GLOBAL, "printThrown");
  instance.run(`delete globalThis.__runners; delete globalThis.${INSTALLED_GLOBAL};`, "backworks");
  instance.freeze(GC_BYTES);
  return writeSnapshot(bytes, instance, {
    hooks,
    capabilities: manifest.capabilities,
    manifest: JSON.stringify(manifest.data),
    sourceLines,
    engine: addresses,
  });
}

/** What was frozen that an author would not expect to be. */
function topLevelWarnings({ kernel }: EngineInstance, entry: string): BundleWarning[] {
  const advice = "move it into initialize or a hook";
  const warnings: BundleWarning[] = [];
  const add = (what: string): void => {
    const message = `${entry} ${what} at its top level, which runs once, at build time: ${advice}`;
    warnings.push({ message, position: undefined });
  };
  if (kernel.readClock) add("reads the clock");
  if (kernel.readRandom) add("draws random numbers");
  return warnings;
}

function sizesOf(snapshot: Snapshot, bundled: Bundle): BuildSizes {
  return {
    moduleBytes: snapshot.bytes.length,
    bundleBytes: Buffer.byteLength(bundled.code),
    dataBytes: snapshot.dataBytes,
    memoryPages: snapshot.memoryPages,
  };
}
