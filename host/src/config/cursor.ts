import { assert } from "../lib/assert.ts";
import type { SourcePosition } from "../lib/errors.ts";
import type { Written } from "../contracts/config.ts";
import type { Json } from "../contracts/json.ts";
import { positionAt, nodeAt, placeOf, printPath, toJson } from "./node.ts";
import type { ConfigNode, ConfigPath, MapNode, PathStep } from "./node.ts";

/**
 * A place in a configuration that the schema has already found valid: it reads values, and knows key
 * path and position for messages about what no schema can say. A wrong type is a bug of the schema.
 */
export class Cursor {
  readonly #root: ConfigNode;
  readonly path: ConfigPath;
  readonly node: ConfigNode;

  constructor(root: ConfigNode, path: ConfigPath = []) {
    const node = nodeAt(root, path);
    assert(node !== undefined, `no value at ${printPath(path)}`);
    this.#root = root;
    this.path = path;
    this.node = node;
  }

  /** The value's key, where it has one; that is what people look for. */
  get position(): SourcePosition {
    return positionAt(this.#root, this.path);
  }

  get label(): string {
    return printPath(this.path);
  }

  get written(): Written {
    return { key: this.label, ...placeOf(this.node) };
  }

  /** The value of a key; nothing when the key is absent or its value left out. */
  get(key: string): Cursor | undefined {
    const child = this.node.kind === "map" ? this.node.entries.get(key)?.node : undefined;
    if (child === undefined || (child.kind === "scalar" && child.value === null)) return undefined;
    return this.#at(key);
  }

  /** Like `get`, but `key: null` counts: a body may be null. */
  getOrNull(key: string): Cursor | undefined {
    const has = this.node.kind === "map" && this.node.entries.has(key);
    return has ? this.#at(key) : undefined;
  }

  entries(): [key: string, value: Cursor][] {
    if (this.node.kind !== "map") return [];
    return [...this.node.entries.keys()].map((key) => [key, this.#at(key)]);
  }

  items(): Cursor[] {
    return this.node.kind === "list" ? this.node.items.map((_, index) => this.#at(index)) : [];
  }

  text(): string {
    const value = this.json();
    assert(typeof value === "string", `${this.label} must be text`);
    return value;
  }

  number(): number {
    const value = this.json();
    assert(typeof value === "number", `${this.label} must be a number`);
    return value;
  }

  flag(): boolean {
    const value = this.json();
    assert(typeof value === "boolean", `${this.label} must be true or false`);
    return value;
  }

  /** A scalar as text: `1.0` of a version, `true` of a header. */
  printed(): string {
    const value = this.json();
    assert(typeof value !== "object", `${this.label} must be a single value`);
    return String(value);
  }

  /** One text, or a list of them. */
  texts(): string[] {
    return this.node.kind === "list" ? this.items().map((item) => item.text()) : [this.text()];
  }

  map(): MapNode {
    assert(this.node.kind === "map", `${this.label} must be a map`);
    return this.node;
  }

  json(): Json {
    return toJson(this.node);
  }

  #at(step: PathStep): Cursor {
    return new Cursor(this.#root, [...this.path, step]);
  }
}
