import { EXTISM_NAMESPACE, HOST_FUNCTIONS, WASI_NAMESPACE } from "../abi/v1.ts";
import type { HostFunction } from "../abi/v1.ts";
import { CAPABILITIES } from "../contracts/capabilities.ts";
import type { Capability } from "../contracts/capabilities.ts";
import type { ImportSummary } from "../wasm/inspect.ts";

/** What some of a module's imports let it do. */
export interface Ability {
  /** Goes on after "it": `keeps values between calls`. */
  readonly does: string;
  /** Has to be granted; undefined: open to every plugin. */
  readonly capability: Capability | undefined;
  readonly functions: readonly string[];
}

type Words = readonly [functions: RegExp, does: string];

/** The Extism kernel and WASI in words; the first row that fits counts. */
const EXTISM_WORDS: readonly Words[] = [
  [/^config_get$/, "reads its own configuration"],
  [/^var_/, "keeps variables from its initialize to each call"],
  [/^(?:log_|get_log_level)/, "writes to the log (capped and escaped)"],
  [/^http_/, "looks at the answers of its HTTP requests"],
  [/./, "takes its input and gives its output"],
];

const WASI_WORDS: readonly Words[] = [
  [/^fd_write$/, "prints to the log (capped and escaped)"],
  [/^clock_/, "reads the time, which stands still during a call unless it is granted clock"],
  [/^random_get$/, "draws random bytes"],
  [/^proc_exit$/, "ends its own call"],
  [/^(?:args|environ)_|^sched_yield$/, "finds no arguments and an empty environment"],
  [/./, "calls WASI functions that always fail: no files, no sockets, no processes"],
];

/** Imports in words, those that need a grant first. They have been checked (abi/check.ts). */
export function listAbilities(imports: readonly ImportSummary[]): Ability[] {
  const known = imports.flatMap(({ module, name }) =>
    HOST_FUNCTIONS.filter((each) => each.namespace === module && each.name === name),
  );
  const groups = [...Map.groupBy(known, wordsOf)].map(([does, functions]) => ({
    does,
    capability: functions[0]?.capability,
    functions: [...new Set(functions.map(({ name }) => name))],
  }));
  const isGranted = ({ capability }: Ability): number => (capability === undefined ? 1 : 0);
  return groups.toSorted((a, b) => isGranted(a) - isGranted(b));
}

function wordsOf({ namespace, name, capability }: HostFunction): string {
  if (capability !== undefined) return CAPABILITIES[capability];
  const words = (rows: readonly Words[]): string =>
    rows.find(([functions]) => functions.test(name))?.[1] ?? name;
  if (namespace === WASI_NAMESPACE) return words(WASI_WORDS);
  return namespace === EXTISM_NAMESPACE ? words(EXTISM_WORDS) : "asks why a host function failed";
}
