import { inspectModule, type ExportSummary } from "../../host/src/wasm/inspect.ts";
import type { RewritePolicy } from "../../host/src/wasm/policy.ts";
import { START_EXPORT } from "../../host/src/wasm/reserved.ts";
import { rewriteModule } from "../../host/src/wasm/rewrite.ts";

/** One way to run modules: V8 alone, or the rewriter in front of it. */
export interface Embedding {
  readonly name: string;
  /** Compiles; throws for what is no valid module. */
  readonly compile: (bytes: Uint8Array) => WebAssembly.Module;
  /** Instantiates and runs the start function. */
  readonly instantiate: (bytes: Uint8Array, imports: WebAssembly.Imports) => Instance;
}

export interface Instance {
  readonly exports: WebAssembly.Exports;
  readonly types: ReadonlyMap<string, ExportSummary>;
}

/** Of 64-bit memories; those of 32 bits end at 65,536 by themselves. */
const V8_MEMORY_PAGES_MAX = 262_144;
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Everything V8 has, without bounds: the suite is about meaning, not about what plugins may do. */
const EVERYTHING: Omit<RewritePolicy, "accounting"> = {
  limits: {
    moduleBytesMax: UNLIMITED,
    typesMax: UNLIMITED,
    importsMax: UNLIMITED,
    functionsMax: UNLIMITED,
    globalsMax: UNLIMITED,
    exportsMax: UNLIMITED,
    segmentsMax: UNLIMITED,
    paramsMax: UNLIMITED,
    functionBytesMax: UNLIMITED,
    localsMax: UNLIMITED,
    localsTimesBlocksMax: UNLIMITED,
    nestingMax: UNLIMITED,
    branchTargetsMax: UNLIMITED,
    memoriesMax: UNLIMITED,
    memoryPagesMax: V8_MEMORY_PAGES_MAX,
    tablesMax: UNLIMITED,
    tableSlotsMax: UNLIMITED,
  },
  allowed: [
    "threads",
    "memory64",
    "multi-memory",
    "garbage-collection",
    "stack-switching",
    "imported-memory",
  ],
  renamedImports: new Map(),
  renamedExports: new Map(),
  initialFuel: 1n << 62n,
  writesThrough: false,
};

export const V8_ALONE: Embedding = embedding("V8", (bytes) => bytes);

export const REWRITTEN: readonly Embedding[] = (["bounded", "exact"] as const).map((accounting) =>
  embedding(accounting, (bytes) => {
    return rewriteModule(bytes, { ...EVERYTHING, accounting }).bytes;
  }),
);

function embedding(name: string, prepare: (bytes: Uint8Array) => Uint8Array): Embedding {
  const compile = (bytes: Uint8Array): WebAssembly.Module => new WebAssembly.Module(prepare(bytes));
  return {
    name,
    compile,
    instantiate: (bytes, imports) => {
      const { exports } = new WebAssembly.Instance(compile(bytes), imports);
      const start = exports[START_EXPORT];
      if (typeof start === "function") start();
      const types = inspectModule(bytes).exports.map((entry) => [entry.name, entry] as const);
      return { exports, types: new Map(types) };
    },
  };
}
