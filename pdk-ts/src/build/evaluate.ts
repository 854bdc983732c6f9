import { BOOTSTRAP_GLOBAL, BUNDLE_FILE, INSTALLED_GLOBAL } from "../runtime/bootstrap.ts";
import { adviseMissing } from "../runtime/missing-globals.ts";
import { mapStack } from "../runtime/stack.ts";
import { TopLevelUseError } from "./build-kernel.ts";
import { BuildError, type BuildPosition } from "./build-error.ts";
import type { Bundle } from "./bundle.ts";
import { withDeadline } from "./deadline.ts";
import { EngineInstance, type Thrown } from "./engine-instance.ts";

/** JavaScript's share of the 16 MiB; the rest is for the engine itself and the input. */
const JS_MEMORY_BYTES = 12 * 1024 * 1024;
/** V8's own stack gives out at about five times this. */
const JS_STACK_BYTES = 192 * 1024;

const NATIVE_GLOBAL = "__backworks_native";

/** The engine with the plugin evaluated in it, and the exports of the author's source. */
export interface Evaluation {
  readonly instance: EngineInstance;
  /** Name to `typeof`. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Evaluates a bundle as far as its top level goes, in a world without a host. */
export function evaluateBundle(
  module: WebAssembly.Module,
  bundle: Bundle,
  deadlineMs?: number,
): Evaluation {
  return withDeadline(() => evaluate(module, bundle), deadlineMs);
}

function evaluate(module: WebAssembly.Module, bundle: Bundle): Evaluation {
  const instance = new EngineInstance(module, JS_MEMORY_BYTES, JS_STACK_BYTES);
  instance.installNative(NATIVE_GLOBAL);
  instance.run(printBootstrap(bundle), "backworks");
  const { kernel } = instance;
  kernel.readClock = false;
  kernel.readRandom = false;
  const thrown = runBundle(instance, bundle);
  if (thrown !== undefined) throw evaluationError(thrown, bundle);
  const exports = instance.evaluate(`JSON.stringify(globalThis.${INSTALLED_GLOBAL}.exports)`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by runtime/install.ts
  return { instance, exports: JSON.parse(exports) as Record<string, string> };
}

function printBootstrap({ sourceLines }: Bundle): string {
  return [
    `globalThis.${BOOTSTRAP_GLOBAL} = { native: globalThis.${NATIVE_GLOBAL},`,
    `  sourceLines: ${JSON.stringify(sourceLines)} };`,
    `delete globalThis.${NATIVE_GLOBAL};`,
  ].join("\n");
}

function runBundle(instance: EngineInstance, bundle: Bundle): Thrown | undefined {
  try {
    return instance.run(bundle.code, BUNDLE_FILE);
  } catch (error) {
    if (error instanceof TopLevelUseError) {
      const frames = mapStack(error.trace, bundle.sourceLines);
      throw new BuildError("evaluation_failed", error.message, {
        position: positionOf(frames[0]),
        notes: frames.map((frame) => frame.trim()),
        cause: error,
      });
    }
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
      const message = `the source crashed the engine at its top level: ${error.message}`;
      throw new BuildError("evaluation_failed", message, { cause: error });
    }
    throw error;
  }
}

function evaluationError({ name, message, stack }: Thrown, bundle: Bundle): BuildError {
  const frames = mapStack(stack, bundle.sourceLines);
  const notes = frames.map((frame) => frame.trim());
  const advice = adviseMissing(message);
  if (advice !== undefined) notes.push(advice);
  return new BuildError("evaluation_failed", `${name}: ${message}`, {
    position: positionOf(frames[0]),
    notes,
  });
}

function positionOf(frame: string | undefined): BuildPosition | undefined {
  const found = /([^ (]+):(\d+):(\d+)\)?$/.exec(frame ?? "");
  if (found === null) return undefined;
  const [, file = "", line, column] = found;
  return { file, line: Number(line), column: Number(column) };
}
