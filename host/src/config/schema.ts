import vm from "node:vm";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, Options, ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { assert } from "../lib/assert.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { JsonObject } from "../contracts/json.ts";
import { isDeeperThan } from "./depth.ts";
import { parsePointer, printPath } from "./node.ts";
import { compilePattern } from "./pattern.ts";
import { toProblems } from "./schema-problem.ts";
import type { SchemaProblem } from "./schema-problem.ts";

/** A check of values against one schema; an empty list says that the value is valid. */
export type SchemaCheck = (value: unknown) => SchemaProblem[];

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const SCHEMA_LENGTH_MAX = 256 * 1024;
const SCHEMA_DEPTH_MAX = 64;

/**
 * A schema can be written so that it multiplies: `allOf` of one part twice, thirty parts in a row;
 * `uniqueItems` of a long list. An honest one needs a hundredth of this.
 */
const WALL_MS_MAX = 5000;

/**
 * Makes a check from a JSON Schema 2020-12. The schema may be hostile: nothing is fetched, patterns
 * take linear time, and compiling as well as each check end after five seconds at the latest. Throws
 * `plugin_manifest_invalid` for what is no schema, or misbehaves.
 */
export function compileSchema(schema: JsonObject): SchemaCheck {
  requireBounded(schema);
  const validate = guarded(() => compile(schema));
  return (value) => {
    const valid = guarded(() => validate(value));
    // Texts may be secrets: messages tell only how long they are.
    return valid ? [] : toProblems(validate.errors ?? [], "lengths");
  };
}

/** The same from a schema of ours, which needs no guard: each costs more than the check itself. */
export function compileOwnSchema(schema: JsonObject): SchemaCheck {
  const validate = compile(schema);
  return (value) => (validate(value) ? [] : toProblems(validate.errors ?? [], "values"));
}

const OPTIONS: Options = {
  allErrors: true,
  verbose: true,
  // A misspelt keyword is an error: it would otherwise check nothing.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  // Inlined references multiply the generated code.
  inlineRefs: false,
  logger: false,
  code: {
    regExp: Object.assign((source: string) => compilePattern(source), { code: "compilePattern" }),
  },
};

/** What is no JSON Schema, and where in it that lies: the cause of the error that refuses it. */
export class UnusableSchema extends Error {
  override readonly name = "UnusableSchema";
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[]) {
    const told = problems.map(({ pointer, message }) => {
      const path = printPath(parsePointer(pointer));
      return path === "" ? message : `${path}: ${message}`;
    });
    super([...new Set(told)].join("; "));
    this.problems = problems;
  }
}

/** Of a key with several forms, such as `type`, the words it may be help most. */
function withoutForms(errors: readonly ErrorObject[]): ErrorObject[] {
  const hasWords = new Set(
    errors.filter(({ keyword }) => keyword === "enum").map(({ instancePath }) => instancePath),
  );
  return errors.filter(
    ({ keyword, instancePath }) => keyword === "enum" || !hasWords.has(instancePath),
  );
}

let metaSchema: Ajv2020 | undefined;

function compile(schema: JsonObject): ValidateFunction {
  const dialect = schema["$schema"];
  if (dialect !== undefined && dialect !== DIALECT) {
    throw new Error(`"$schema" is ${JSON.stringify(dialect)}: expected ${DIALECT}`);
  }
  if (schema["$async"] !== undefined) throw new Error(`"$async" is not JSON Schema 2020-12`);
  // Compiling the meta-schema takes 12 ms, a plain instance 1 ms. Each schema gets an instance of its
  // own, or the `$id` of one plugin would stand in the way of another's.
  metaSchema ??= new Ajv2020({ strict: false, logger: false, allErrors: true, verbose: true });
  if (metaSchema.validateSchema(schema) !== true) {
    throw new UnusableSchema(toProblems(withoutForms(metaSchema.errors ?? []), "values"));
  }
  const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

/** Runs `work` on this thread, but not for longer than the limit: V8 itself stops it. */
function guarded<T>(work: () => T): T {
  const results: { readonly value: T }[] = [];
  const run = (): number => results.push({ value: work() });
  try {
    vm.runInNewContext("run()", { __proto__: null, run }, { timeout: WALL_MS_MAX });
  } catch (cause) {
    throw refusal(explain(cause), cause);
  }
  const [result] = results;
  assert(result !== undefined, "what ran without an error has a result");
  return result.value;
}

function explain(cause: unknown): string {
  if (isTimeout(cause)) {
    return `it takes longer than ${WALL_MS_MAX} ms: expected a schema that does not multiply`;
  }
  if (cause instanceof RangeError) return "it refers to itself without end";
  return escapeText(messageOf(cause).replace(/^strict mode: /, ""), 300);
}

/** V8's own error may come from another realm, where `Error` is another class. */
function isTimeout(cause: unknown): boolean {
  if (typeof cause !== "object" || cause === null || !("code" in cause)) return false;
  return cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

function requireBounded(schema: JsonObject): void {
  if (isDeeperThan(schema, SCHEMA_DEPTH_MAX)) {
    throw refusal(`it is nested too deep: expected at most ${SCHEMA_DEPTH_MAX} levels`);
  }
  const { length } = JSON.stringify(schema);
  if (length > SCHEMA_LENGTH_MAX) {
    throw refusal(`it has ${length} characters: expected at most ${SCHEMA_LENGTH_MAX}`);
  }
}

function refusal(reason: string, cause?: unknown): BackworksError {
  return new BackworksError(
    "plugin_manifest_invalid",
    `config_schema is no usable JSON Schema: ${reason}`,
    {
      cause,
    },
  );
}
