import { Scalar, isAlias, isCollection, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Alias, YAMLMap } from "yaml";
import { BackworksError } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { ConfigNode, MapEntry, MapNode, ScalarNode } from "./node.ts";
import type { Problems } from "./problems.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Deeper than any real file, and far from the end of the stack of everything that walks values. */
export const DEPTH_MAX = 64;

/** Values after aliases are expanded: ten lines of YAML can stand for a billion. */
const VALUES_MAX = 1_000_000;

interface Anchor {
  /** Absent while the node is being read. */
  node: ConfigNode | undefined;
  /** How many values it stands for. */
  values: number;
}

/** Turns the YAML library's nodes into ours, and refuses what JSON cannot say. */
export class NodeReader {
  readonly #source: YamlSource;
  readonly #problems: Problems;
  /**
   * What the anchors read so far became, shared with their aliases. The library would look through the
   * whole document for each alias.
   */
  readonly #anchors = new Map<string, Anchor>();
  #values = 0;

  constructor(source: YamlSource, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  read(node: unknown, depth: number): ConfigNode {
    if (depth > DEPTH_MAX) {
      throw this.#fatal(`values are nested too deep: expected at most ${DEPTH_MAX} levels`, node);
    }
    if (isAlias(node)) return this.#alias(node);
    const before = this.#values;
    this.#count(1, node);
    const anchor: Anchor = { node: undefined, values: 0 };
    if (isCollection(node) || isScalar(node)) {
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, anchor);
    }
    anchor.node = this.#content(node, depth);
    anchor.values = this.#values - before;
    return anchor.node;
  }

  #content(node: unknown, depth: number): ConfigNode {
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item, depth + 1));
      return { kind: "list", items, position: this.#position(node) };
    }
    return this.#scalar(node);
  }

  #alias(alias: Alias): ConfigNode {
    const name = escapeText(alias.source, 64);
    const anchor = this.#anchors.get(alias.source);
    if (anchor === undefined) throw this.#fatal(`no anchor &${name} stands before *${name}`, alias);
    if (anchor.node === undefined) throw this.#fatal(`the alias *${name} stands in itself`, alias);
    this.#count(anchor.values, alias);
    return anchor.node;
  }

  #count(values: number, node: unknown): void {
    this.#values += values;
    if (this.#values <= VALUES_MAX) return;
    const message = `the aliases stand for more than ${VALUES_MAX} values: write fewer`;
    throw this.#fatal(message, node);
  }

  #map(map: YAMLMap, depth: number): MapNode {
    const entries = new Map<string, MapEntry>();
    for (const pair of map.items) {
      const position = this.#position(pair.key);
      const key = this.#key(pair.key);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first !== undefined) {
        const name = JSON.stringify(escapeText(key, 80));
        this.#problem(`the key ${name} is already in line ${first.position.line ?? 0}`, position);
        continue;
      }
      const node = this.read(pair.value, depth + 1);
      // A value that is left out stands where its key does.
      entries.set(key, { position, node: isNode(pair.value) ? node : { ...node, position } });
    }
    return { kind: "map", entries, position: this.#position(map) };
  }

  #key(node: unknown): string | undefined {
    const position = this.#position(node);
    if (!isScalar(node) || node.value === null) {
      this.#problem("a key must be text: expected `name: value`", position);
      return undefined;
    }
    // The text as it is written: `404` and `1.0` are keys of these characters.
    const key = typeof node.value === "string" ? node.value : (node.source ?? "");
    if (key === "__proto__") {
      this.#problem(`the key "__proto__" is not allowed`, position);
      return undefined;
    }
    if (key === "<<" && node.type === Scalar.PLAIN) {
      this.#problem("merge keys (<<) are not part of YAML 1.2: write the keys out", position);
      return undefined;
    }
    return key;
  }

  #scalar(node: unknown): ScalarNode {
    const position = this.#position(node);
    const plain = !isScalar(node) || node.type === Scalar.PLAIN;
    const value = isScalar(node) ? this.#value(node, position) : null;
    return { kind: "scalar", value, plain, variables: [], position };
  }

  #value(node: Scalar, position: SourcePosition): ScalarNode["value"] {
    const { value } = node;
    if (typeof value === "number") {
      const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
      if (exact) return value;
      const written = escapeText(node.source ?? "", 40);
      this.#problem(`the number ${written} cannot be kept exactly: put it in quotes`, position);
      return null;
    }
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    this.#problem("expected text, a number, true, false, a list or a map", position);
    return null;
  }

  #problem(message: string, position: SourcePosition): void {
    this.#problems.add("config_syntax", message, position);
  }

  #fatal(message: string, node: unknown): BackworksError {
    return new BackworksError("config_syntax", message, { position: this.#position(node) });
  }

  #position(node: unknown): SourcePosition {
    return this.#source.position((isNode(node) ? node.range?.[0] : undefined) ?? 0);
  }
}
