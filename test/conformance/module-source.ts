import { bytesOf, isQuoted, textOf, type List } from "./s-expression.ts";
import { NotParsed } from "./not-parsed.ts";
import type { TextParser } from "./text-parser.ts";

/** The modules of one script as bytes; each is parsed once for all embeddings. */
export class ModuleSource {
  readonly #text: string;
  readonly #parse: TextParser;
  readonly #known = new Map<number, Promise<Uint8Array>>();

  constructor(text: string, parse: TextParser) {
    this.#text = text;
    this.#parse = parse;
  }

  async bytesOf(module: List): Promise<Uint8Array> {
    const known = this.#known.get(module.start);
    if (known !== undefined) return known;
    const bytes = this.#read(module);
    this.#known.set(module.start, bytes);
    return bytes;
  }

  async #read(module: List): Promise<Uint8Array> {
    const quoted = module.items.filter(isQuoted);
    if (module.items.includes("binary")) {
      return Uint8Array.from(Buffer.concat(quoted.map(bytesOf)));
    }
    const text = module.items.includes("quote")
      ? quoted.map(textOf).join(" ")
      : this.#text.slice(module.start, module.end).replace(/^\(\s*module\s+definition/, "(module");
    try {
      return await this.#parse(text);
    } catch (error) {
      throw new NotParsed(String(error), { cause: error });
    }
  }
}
