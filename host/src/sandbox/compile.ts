import { hash } from "node:crypto";
import { checkImports } from "../abi/check.ts";
import { HOST_FUNCTIONS, USER_NAMESPACE, WASI_NAMESPACE } from "../abi/v1.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { VERSION } from "../lib/version.ts";
import { inspectModule, type ModuleSummary } from "../wasm/inspect.ts";
import { SLOT_BYTES } from "../wasm/meter/growth.ts";
import { DEFAULT_POLICY, type RewritePolicy } from "../wasm/policy.ts";
import { REWRITER_VERSION, type RewrittenModule } from "../wasm/rewrite.ts";
import { MeteredCodeCache } from "./code-cache.ts";
import type { ModuleCache } from "./module-cache.ts";
import { ENGINE_SECTION } from "./profiling/quickjs-stack.ts";
import { SOURCES_SECTION } from "./profiling/source-table.ts";
import { rewriteOffLoop } from "./rewrite-off-loop.ts";
import { SDK_NAMES } from "./sdk-names.ts";
import { compileOffLoop } from "./v8-compiler.ts";

/** A plugin's code, ready to be instantiated any number of times. */
export interface CompiledModule {
  readonly module: WebAssembly.Module;
  /** Functions it imports, under their original names. */
  readonly imports: readonly ModuleImport[];
  /** One of them suspends it. */
  readonly waits: boolean;
  readonly usesWasi: boolean;
  /** It imports functions behind which a plugin's services stand. */
  readonly usesServices: boolean;
  /** By exported function: fuel that its caller has to pay in advance. */
  readonly entryFuel: ReadonlyMap<string, number>;
  /** What its tables take from the start. */
  readonly tableBytes: number;
  /** Fuel is right after a trap, too. */
  readonly isExact: boolean;
  /** It names the places of its functions, and has no engine whose stack tells more. */
  readonly namesPlaces: boolean;
}

export interface ModuleImport {
  readonly namespace: string;
  readonly name: string;
  /** The guest is suspended until its promise settles. */
  readonly isAsync: boolean;
}

export interface CompileOptions {
  readonly accounting?: RewritePolicy["accounting"];
  /** Of 64 KiB: the guest's memory never grows above. */
  readonly memoryPagesMax?: number;
  /** Hex digest of the bytes, if it is known. */
  readonly sha256?: string;
  /** What `inspectModule` says of the bytes, if it was asked. */
  readonly summary?: ModuleSummary;
  /** Where rewritten modules are kept from one start to the next. */
  readonly cache?: ModuleCache | undefined;
  /** What `resume` answered, if it was called. */
  readonly resumed?: ResumedModule | undefined;
}

/** What an earlier start has rewritten, and V8 compiles already. */
export interface ResumedModule {
  readonly rewritten: RewrittenModule;
  readonly module: Promise<WebAssembly.Module>;
}

/** Answers at once where nobody is kept waiting. */
type Rewrite = (
  ...given: Parameters<typeof rewriteOffLoop>
) => RewrittenModule | Promise<RewrittenModule>;

/** Compiles modules and remembers those in use, so that a plugin that runs twice is compiled once. */
export class Compiler {
  readonly #inUse = new Map<string, WeakRef<CompiledModule>>();
  readonly #beingMade = new Map<string, Promise<CompiledModule>>();
  readonly #meteredCode = new MeteredCodeCache();
  readonly #rewrite: Rewrite;

  /** `rewrite` may do more to modules than meter them. */
  constructor(rewrite: Rewrite = rewriteOffLoop) {
    this.#rewrite = rewrite;
  }

  /**
   * Checks what a module imports, meters it and compiles it, the long part off the event loop.
   * Nothing of it runs. Throws a `plugin_…` error.
   */
  async compile(bytes: Uint8Array, options: CompileOptions = {}): Promise<CompiledModule> {
    const policy = policyOf(options);
    const key = keyOf(options.sha256 ?? hash("sha256", bytes), policy);
    const found = this.#inUse.get(key)?.deref() ?? this.#beingMade.get(key);
    if (found !== undefined) return found;
    const making = this.#make(bytes, key, policy, options);
    this.#beingMade.set(key, making);
    try {
      const made = await making;
      this.#remember(key, made);
      return made;
    } finally {
      this.#beingMade.delete(key);
    }
  }

  /**
   * Lets V8 begin with what the cache holds of a module, so that it compiles while somebody checks
   * the original. Answers when V8 has begun; undefined when there is nothing to begin with.
   */
  async resume(sha256: string, options: CompileOptions): Promise<ResumedModule | undefined> {
    const key = keyOf(sha256, policyOf(options));
    const isKnown = this.#inUse.get(key)?.deref() !== undefined || this.#beingMade.has(key);
    return isKnown ? undefined : this.#resume(key, options.cache);
  }

  async #resume(key: string, cache: ModuleCache | undefined): Promise<ResumedModule | undefined> {
    const rewritten = await cache?.read(key);
    if (rewritten === undefined) return undefined;
    const module = compile(rewritten);
    // Nobody takes it if the original is refused.
    module.catch(() => undefined);
    return { rewritten, module };
  }

  async #make(
    bytes: Uint8Array,
    key: string,
    policy: RewritePolicy,
    options: CompileOptions,
  ): Promise<CompiledModule> {
    const { cache, summary = inspectModule(bytes) } = options;
    checkImports(summary);
    const resumed = options.resumed ?? (await this.#resume(key, cache));
    if (resumed !== undefined) return describe(await resumed.module, resumed.rewritten, summary);
    const rewritten = await this.#rewrite(bytes, policy, summary.codeBytes, this.#meteredCode);
    const module = await compile(rewritten);
    void cache?.write(key, rewritten);
    return describe(module, rewritten, summary);
  }

  #remember(key: string, made: CompiledModule): void {
    for (const [other, module] of this.#inUse) {
      if (module.deref() === undefined) this.#inUse.delete(other);
    }
    this.#inUse.set(key, new WeakRef(made));
  }
}

/** V8's compiler is the process's: so is what it has compiled. */
const shared = new Compiler();

/** `Compiler.compile` of the process. */
export async function compileModule(
  bytes: Uint8Array,
  options: CompileOptions = {},
): Promise<CompiledModule> {
  return shared.compile(bytes, options);
}

/** `Compiler.resume` of the process. */
export async function resumeModule(
  sha256: string,
  options: CompileOptions,
): Promise<ResumedModule | undefined> {
  return shared.resume(sha256, options);
}

/** How a module is metered. */
export function policyOf({
  accounting,
  memoryPagesMax,
}: Pick<CompileOptions, "accounting" | "memoryPagesMax">): RewritePolicy {
  const { limits } = DEFAULT_POLICY;
  return {
    ...DEFAULT_POLICY,
    accounting: accounting ?? DEFAULT_POLICY.accounting,
    limits: { ...limits, memoryPagesMax: memoryPagesMax ?? limits.memoryPagesMax },
    renamedImports: SDK_NAMES.imports,
    renamedExports: SDK_NAMES.exports,
  };
}

function keyOf(sha256: string, policy: RewritePolicy): string {
  const { accounting, limits } = policy;
  const names = [...policy.renamedImports, ...policy.renamedExports];
  const facts = [sha256, VERSION, REWRITER_VERSION, accounting, limits, names];
  return hash("sha256", JSON.stringify(facts));
}

async function compile({ bytes, report }: RewrittenModule): Promise<WebAssembly.Module> {
  try {
    return await compileOffLoop(bytes, report.compileWork);
  } catch (cause) {
    // The original is valid, or it would not have been rewritten: V8 has a limit of its own.
    throw new BackworksError(
      "plugin_limit_exceeded",
      `V8 does not compile the metered module: ${escapeText(reasonOf(cause))}`,
      { cause },
    );
  }
}

/** V8 puts the name of the called function first, which tells a plugin's author nothing. */
function reasonOf(cause: unknown): string {
  return messageOf(cause).replace(/^WebAssembly\.compile\(\): /, "");
}

const ASYNC: ReadonlySet<string> = new Set(
  HOST_FUNCTIONS.filter(({ isAsync }) => isAsync).map(({ namespace, name }) => namespace + name),
);

function describe(
  module: WebAssembly.Module,
  { report }: RewrittenModule,
  summary: ModuleSummary,
): CompiledModule {
  const { customSections } = summary;
  // Not the summary itself: its sections are views that would keep the whole file in memory.
  const imports = summary.imports.map(({ module: namespace, name }) => ({
    namespace,
    name,
    isAsync: ASYNC.has(namespace + name),
  }));
  return {
    module,
    imports,
    waits: imports.some(({ isAsync }) => isAsync),
    usesWasi: imports.some(({ namespace }) => namespace === WASI_NAMESPACE),
    usesServices: imports.some(
      ({ namespace, name }) => namespace === USER_NAMESPACE || name.startsWith("http_"),
    ),
    entryFuel: new Map(report.entryFuel),
    tableBytes: summary.tables.reduce((sum, { slotsMin }) => sum + slotsMin * SLOT_BYTES, 0),
    isExact: report.accounting === "exact",
    namesPlaces: customSections.has(SOURCES_SECTION) && !customSections.has(ENGINE_SECTION),
  };
}
