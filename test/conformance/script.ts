import type { Embedding, Instance } from "./embedding.ts";
import { bitsOfJs, invoke } from "./invoke.ts";
import type { ModuleSource } from "./module-source.ts";
import { NotParsed } from "./not-parsed.ts";
import { isList, isQuoted, keywordOf, textOf, type List, type Node } from "./s-expression.ts";
import { spectest } from "./spectest.ts";
import { matches, parseValues } from "./value.ts";

export type Outcome =
  /** As the script says; a trap with its message. */
  | { readonly kind: "passed"; readonly trap?: string }
  | { readonly kind: "failed"; readonly reason: string }
  /** The text parser refused the module, or nothing runs. */
  | { readonly kind: "skipped" };

const PASSED: Outcome = { kind: "passed" };
const SKIPPED: Outcome = { kind: "skipped" };

/** Runs the commands of one script one after another; they share instances and registered names. */
export class Script {
  readonly #embedding: Embedding;
  readonly #source: ModuleSource;
  readonly #imports: WebAssembly.Imports = { spectest: spectest() };
  readonly #named = new Map<string, Instance>();
  readonly #definitions = new Map<string, Uint8Array>();
  #current: Instance | undefined;
  #definition: Uint8Array | undefined;

  constructor(embedding: Embedding, source: ModuleSource) {
    this.#embedding = embedding;
    this.#source = source;
  }

  async run(command: List): Promise<Outcome> {
    try {
      return await this.#run(command);
    } catch (error) {
      if (error instanceof NotParsed) return SKIPPED;
      return { kind: "failed", reason: String(error).slice(0, 200) };
    }
  }

  async #run(command: List): Promise<Outcome> {
    const [, first] = command.items;
    switch (keywordOf(command)) {
      case "module":
        await this.#module(command);
        return PASSED;
      case "register":
        return this.#register(command);
      case "invoke":
      case "get":
        this.#act(command);
        return PASSED;
      case "assert_return":
        return this.#assertReturn(command);
      case "assert_trap":
        return this.#assertThrows(first, isTrap);
      case "assert_exhaustion":
        return withoutMessage(await this.#assertThrows(first, isTrap));
      case "assert_exception":
        return this.#assertThrows(first, (error) => error instanceof WebAssembly.Exception);
      case "assert_invalid":
      case "assert_malformed":
        return this.#assertRefused(first);
      case "assert_unlinkable":
      case "assert_uninstantiable":
        return withoutMessage(
          await this.#assertThrows(first, (error) => isTrap(error) || isLinkError(error)),
        );
      default:
        return SKIPPED;
    }
  }

  async #module(command: List): Promise<void> {
    const [, first, second] = command.items;
    if (first === "definition") {
      const bytes = await this.#source.bytesOf(command);
      this.#embedding.compile(bytes);
      this.#definition = bytes;
      if (typeof second === "string") this.#definitions.set(second, bytes);
      return;
    }
    this.#current = undefined;
    const name = first === "instance" ? second : first;
    const bytes =
      first === "instance" ? this.#defined(command) : await this.#source.bytesOf(command);
    this.#current = this.#embedding.instantiate(bytes, this.#imports);
    if (typeof name === "string" && name.startsWith("$")) this.#named.set(name, this.#current);
  }

  #defined(command: List): Uint8Array {
    const name = command.items.at(-1);
    const named = typeof name === "string" ? this.#definitions.get(name) : undefined;
    const bytes = named ?? this.#definition;
    if (bytes === undefined) throw new NotParsed("no such definition");
    return bytes;
  }

  #register(command: List): Outcome {
    const [, name] = command.items;
    if (!isQuoted(name)) return SKIPPED;
    this.#imports[textOf(name)] = { ...this.#instanceOf(command.items[2]).exports };
    return PASSED;
  }

  #instanceOf(name: unknown): Instance {
    const isName = typeof name === "string" && name.startsWith("$");
    const instance = isName ? this.#named.get(name) : this.#current;
    if (instance === undefined) throw new Error("no such instance");
    return instance;
  }

  /** Invokes a function or reads a global; results as bits or references. */
  #act(action: List): unknown[] {
    const isNamed = typeof action.items[1] === "string";
    const instance = this.#instanceOf(isNamed ? action.items[1] : undefined);
    const place = isNamed ? 2 : 1;
    const quoted = action.items[place];
    const name = isQuoted(quoted) ? textOf(quoted) : "";
    const entry = instance.exports[name];
    if (keywordOf(action) === "get") {
      if (!(entry instanceof WebAssembly.Global)) throw new Error(`no global ${name}`);
      return [entry.value];
    }
    const type = instance.types.get(name);
    if (typeof entry !== "function" || type?.kind !== "func")
      throw new Error(`no function ${name}`);
    return invoke(entry, type, parseValues(action, place + 1));
  }

  #assertReturn(command: List): Outcome {
    const [, action] = command.items;
    if (!isList(action)) return SKIPPED;
    const expected = parseValues(command, 2);
    const isGet = keywordOf(action) === "get";
    const got = this.#act(action).map((value, index) => {
      const wanted = expected[index];
      const isNumber = wanted?.kind === "int" || wanted?.kind === "float";
      if (!isGet || !isNumber) return value;
      return bitsOfJs(`${wanted.kind === "int" ? "i" : "f"}${wanted.width}`, value);
    });
    const isSame =
      got.length === expected.length && expected.every((value, at) => matches(value, got[at]));
    return isSame ? PASSED : { kind: "failed", reason: `got ${got.map(String).join(", ")}` };
  }

  async #assertThrows(
    action: Node | undefined,
    isExpected: (error: unknown) => boolean,
  ): Promise<Outcome> {
    if (!isList(action)) return SKIPPED;
    const isModule = keywordOf(action) === "module";
    const bytes = isModule ? await this.#source.bytesOf(action) : undefined;
    try {
      if (bytes === undefined) this.#act(action);
      else this.#embedding.instantiate(bytes, this.#imports);
    } catch (error) {
      if (isExpected(error)) return { kind: "passed", trap: messageOf(error) };
      return { kind: "failed", reason: String(error).slice(0, 200) };
    }
    return { kind: "failed", reason: "nothing was thrown" };
  }

  async #assertRefused(module: Node | undefined): Promise<Outcome> {
    if (!isList(module)) return SKIPPED;
    const bytes = await this.#source.bytesOf(module);
    try {
      this.#embedding.compile(bytes);
    } catch {
      return PASSED;
    }
    return { kind: "failed", reason: "the module was accepted" };
  }
}

/** Messages of link errors quote limits, which the rewriter may lower. */
function withoutMessage(outcome: Outcome): Outcome {
  return outcome.kind === "passed" ? PASSED : outcome;
}

function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

function isLinkError(error: unknown): boolean {
  return error instanceof WebAssembly.LinkError || error instanceof TypeError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
