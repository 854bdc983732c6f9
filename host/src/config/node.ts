import type { SourcePosition } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Place } from "../contracts/config.ts";
import type { Json, JsonObject } from "../contracts/json.ts";

/** A value of a configuration file that knows where it stands. Aliased values are one shared node. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** Written without quotes and not as a block: what a variable puts in its place keeps YAML typing. */
  readonly plain: boolean;
  /** Environment variables the value came from: it may be a secret, and messages must not show it. */
  readonly variables: readonly string[];
  readonly position: SourcePosition;
}

interface ListNode {
  readonly kind: "list";
  readonly items: readonly ConfigNode[];
  readonly position: SourcePosition;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly position: SourcePosition;
}

export interface MapEntry {
  /** Where the key stands. */
  readonly position: SourcePosition;
  readonly node: ConfigNode;
}

/** One step from a value to a value in it. */
export type PathStep = string | number;
export type ConfigPath = readonly PathStep[];

/** The plain value of a node. Keys are own properties whatever their name. */
export function toJson(node: MapNode): JsonObject;
export function toJson(node: ConfigNode): Json;
export function toJson(node: ConfigNode): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map((item) => toJson(item));
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toJson(entry.node)]));
}

/** The node at `path`, or nothing when the path leads out of the tree. */
export function nodeAt(root: ConfigNode, path: ConfigPath): ConfigNode | undefined {
  let node: ConfigNode | undefined = root;
  for (const step of path) node = node && childOf(node, step);
  return node;
}

/**
 * Where the last step of `path` stands: the key in a map, the item in a list; for what is not there,
 * the nearest thing around it that is.
 */
export function positionAt(root: ConfigNode, path: ConfigPath): SourcePosition {
  let node = root;
  let position = root.position;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) return position;
    position = keyPosition(node, step) ?? child.position;
    node = child;
  }
  return position;
}

/** Where a wrong value stands: a single one itself, a map or list its key. */
export function valuePositionAt(root: ConfigNode, path: ConfigPath): SourcePosition {
  const node = nodeAt(root, path);
  return node?.kind === "scalar" ? node.position : positionAt(root, path);
}

/** Where a value and all that is in it stands. */
export function placeOf(node: ConfigNode): Place {
  const { position } = node;
  if (node.kind === "scalar") return { position, inside: NOTHING_INSIDE };
  const children =
    node.kind === "list"
      ? node.items.map((item, index) => [String(index), placeOf(item)] as const)
      : [...node.entries].map(([key, entry]) => [key, placeOf(entry.node)] as const);
  return { position, inside: new Map(children) };
}

const NOTHING_INSIDE: Place["inside"] = new Map();

/** The position of every value below `node` by JSON pointer; "" is the node itself. */
export function positionsBelow(node: ConfigNode): Map<string, SourcePosition> {
  const positions = new Map<string, SourcePosition>();
  const visit = (at: ConfigNode, pointer: string): void => {
    positions.set(pointer, at.position);
    if (at.kind === "list") at.items.forEach((item, index) => visit(item, `${pointer}/${index}`));
    if (at.kind === "map") {
      for (const [key, entry] of at.entries) visit(entry.node, pointer + printPointer([key]));
    }
  };
  visit(node, "");
  return positions;
}

/** RFC 6901. */
export function printPointer(path: ConfigPath): string {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** RFC 6901; every step is text, which `nodeAt` takes for lists as well. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The key path as people write it: `endpoints[0].method`, `endpoints["/hello world"]`. */
export function printPath(path: ConfigPath): string {
  return path
    .map((step) => {
      if (typeof step === "number" || /^\d+$/.test(step)) return `[${step}]`;
      return /^[\w$-]+$/.test(step) ? `.${step}` : `["${escapeText(step, 80)}"]`;
    })
    .join("")
    .replace(/^\./, "");
}

function childOf(node: ConfigNode, step: PathStep): ConfigNode | undefined {
  if (node.kind === "map") return node.entries.get(String(step))?.node;
  return node.kind === "list" ? node.items[Number(step)] : undefined;
}

function keyPosition(node: ConfigNode, step: PathStep): SourcePosition | undefined {
  return node.kind === "map" ? node.entries.get(String(step))?.position : undefined;
}
