import type { Place } from "../contracts/config.ts";
import type { Json } from "../contracts/json.ts";
import { assertNever } from "../lib/assert.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { pathOf } from "../lib/path.ts";
import { nearest } from "../lib/suggest.ts";
import { TEMPLATE_FUNCTIONS } from "./template-functions.ts";
import type { TemplateFunction, TemplateTools } from "./template-functions.ts";
import { parseTemplate } from "./template-parser.ts";
import type { Expression } from "./template-parser.ts";
import type { TemplateScope } from "./template-scope.ts";

/** Where a template stands, and what it may use there. */
export interface TemplatePlace {
  /** For messages, such as `endpoints.users.mock_responses.GET.body.id`. */
  readonly key: string;
  readonly position: SourcePosition;
  /** Where what is in it stands. */
  readonly inside: Place["inside"];
  /** Path parameters of the route. */
  readonly params: readonly string[];
  /** `mock.data`, compiled; absent inside of itself. */
  readonly data: Template | undefined;
  readonly tools: TemplateTools;
  /** Takes what is wrong: a person corrects all of it at once. */
  readonly problems: BackworksError[];
}

/** A value whose templates are compiled. */
export type Template =
  /** Has none: the value itself. Nothing is a value too: an absent body. */
  | { readonly kind: "constant"; readonly value: Json | undefined }
  | { readonly kind: "dynamic"; readonly render: (scope: TemplateScope) => Json | undefined };

const REFERENCES =
  "path.NAME, query.NAME, request.body, request.body.KEY, request.headers.NAME, request.method, request.path, request.id, mock.data or a function";
/** Trial values for calls with nothing but literals, so that their mistakes show at start. */
const TRIAL: TemplateTools = {
  clock: { now: () => 0 },
  ids: () => "0".repeat(32),
  random: () => 0,
};
const DEPTH_MAX = 64;
const REQUEST_MEMBERS: ReadonlyMap<string, (scope: TemplateScope) => string> = new Map([
  ["id", ({ exchange }: TemplateScope) => exchange.id],
  ["method", ({ exchange }: TemplateScope) => exchange.request.method],
  ["path", ({ exchange }: TemplateScope) => pathOf(exchange.request.target)],
]);

/** The value for one request. */
export function renderTemplate(template: Template, scope: TemplateScope): Json | undefined {
  return template.kind === "constant" ? template.value : template.render(scope);
}

/** The place of what is in a value. */
export function placeInside(place: TemplatePlace, name: string, label: string): TemplatePlace {
  const { position = place.position, inside = NOTHING_INSIDE } = place.inside.get(name) ?? {};
  return { ...place, key: place.key + label, position, inside };
}

const NOTHING_INSIDE: Place["inside"] = new Map();

/** Compiles every string in `value`. What is wrong with one is a `config_invalid` of the place. */
export function compileTemplate(
  value: Json | undefined,
  place: TemplatePlace,
  depth = 0,
): Template {
  if (depth > DEPTH_MAX) {
    return attempt(place, () => {
      throw refuse(place, `expected at most ${DEPTH_MAX} levels`);
    });
  }
  if (typeof value === "string") return attempt(place, () => compileText(value, place));
  if (typeof value !== "object" || value === null) return { kind: "constant", value };
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([key, item]): [string, Template] => {
    const inner = placeInside(place, key, isList ? `[${key}]` : `.${key}`);
    return [key, compileTemplate(item, inner, depth + 1)];
  });
  if (entries.every(([, item]) => item.kind === "constant")) return combine(entries, isList);
  return {
    kind: "dynamic",
    render: (scope) => {
      const rendered = entries.map(([key, item]): [string, Json] => [
        key,
        renderTemplate(item, scope) ?? null,
      ]);
      return isList ? rendered.map(([, item]) => item) : Object.fromEntries(rendered);
    },
  };
}

/** Constants stay constants, but not as written: `$${` has become `${`. */
function combine(entries: readonly [string, Template][], isList: boolean): Template {
  const values = entries.map(([key, item]): [string, Json] => [
    key,
    item.kind === "constant" ? (item.value ?? null) : null,
  ]);
  const value = isList ? values.map(([, item]) => item) : Object.fromEntries(values);
  return { kind: "constant", value };
}

/** A text that is one template and nothing else keeps the type of its value. */
function compileText(text: string, place: TemplatePlace): Template {
  const pieces = parse(text, place).map((piece): Template =>
    typeof piece === "string"
      ? { kind: "constant", value: piece }
      : attempt(place, () => compileExpression(piece, place)),
  );
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  if (pieces.every((piece) => piece.kind === "constant")) {
    return { kind: "constant", value: pieces.map((piece) => printValue(piece.value)).join("") };
  }
  return {
    kind: "dynamic",
    render: (scope) => pieces.map((piece) => printValue(renderTemplate(piece, scope))).join(""),
  };
}

/** Notes what is wrong; the template in its place is never rendered. */
function attempt(place: TemplatePlace, compile: () => Template): Template {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    place.problems.push(error);
    return { kind: "constant", value: undefined };
  }
}

function parse(text: string, place: TemplatePlace): ReturnType<typeof parseTemplate> {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    throw refuse(place, `${error.message} ($\${ and \\{{ stand for the characters themselves)`);
  }
}

/** How a value reads inside a text. */
export function printValue(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function compileExpression(expression: Expression, place: TemplatePlace): Template {
  switch (expression.kind) {
    case "literal":
      return { kind: "constant", value: expression.value };
    case "call":
      return compileCall(expression.name, expression.args, place);
    case "reference": {
      const { name, fallback } = expression;
      if (TEMPLATE_FUNCTIONS.has(name)) return compileCall(name, [], place);
      const template = compileReference(name, place);
      if (fallback === undefined) return template;
      return {
        kind: "dynamic",
        // As in a shell, `:-` also stands in for an empty text.
        render: (scope) => {
          const value = renderTemplate(template, scope);
          return value === undefined || value === null || value === "" ? fallback : value;
        },
      };
    }
    default:
      return assertNever(expression, "expression");
  }
}

function compileCall(name: string, given: readonly Expression[], place: TemplatePlace): Template {
  const called = TEMPLATE_FUNCTIONS.get(name);
  if (called === undefined) {
    const known = [...TEMPLATE_FUNCTIONS.keys()];
    throw refuse(place, `unknown function "${name}"${meant(name, known)}`);
  }
  if (!called.arities.includes(given.length)) throw refuse(place, `expected ${called.usage}`);
  const args = given.map((arg) => compileExpression(arg, place));
  if (args.every((arg) => arg.kind === "constant")) tryCall(called, args, place);
  return {
    kind: "dynamic",
    render: (scope) =>
      called.call(
        place.tools,
        args.map((arg) => renderTemplate(arg, scope)),
      ),
  };
}

function tryCall(
  called: TemplateFunction,
  args: readonly Extract<Template, { kind: "constant" }>[],
  place: TemplatePlace,
): void {
  try {
    called.call(
      TRIAL,
      args.map((arg) => arg.value),
    );
  } catch (error) {
    throw refuse(place, messageOf(error));
  }
}

function compileReference(name: string, place: TemplatePlace): Template {
  const [root, second, ...rest] = name.split(".");
  if (root === "path" && second !== undefined && rest.length === 0) {
    if (place.params.includes(second)) {
      return { kind: "dynamic", render: (scope) => scope.param(second) };
    }
    const has = place.params.length === 0 ? "no parameters" : place.params.join(", ");
    throw refuse(place, `"${name}" is no parameter of the path; it has ${has}`);
  }
  if (root === "query" && second !== undefined && rest.length === 0) {
    return { kind: "dynamic", render: (scope) => scope.query(second) };
  }
  if (root === "mock" && second === "data" && place.data !== undefined) {
    return select(place.data, rest);
  }
  const found = root === "request" ? requestReference(second, rest) : undefined;
  if (found !== undefined) return found;
  throw refuse(place, `unknown name "${name}": expected ${REFERENCES}`);
}

function requestReference(member = "", rest: readonly string[] = []): Template | undefined {
  if (member === "body") return select({ kind: "dynamic", render: (scope) => scope.body() }, rest);
  const [name] = rest;
  if (member === "headers" && name !== undefined && rest.length === 1) {
    const wanted = name.toLowerCase();
    return { kind: "dynamic", render: (scope) => scope.header(wanted) };
  }
  const read = rest.length === 0 ? REQUEST_MEMBERS.get(member) : undefined;
  return read === undefined ? undefined : { kind: "dynamic", render: read };
}

/** A value inside of a value; on the way only own members count. */
function select(template: Template, keys: readonly string[]): Template {
  const pick = (value: Json | undefined): Json | undefined => keys.reduce(memberOf, value);
  if (template.kind === "constant") return { kind: "constant", value: pick(template.value) };
  return { kind: "dynamic", render: (scope) => pick(template.render(scope)) };
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member: Json | undefined = Object.getOwnPropertyDescriptor(value, key)?.value;
  return member;
}

function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `: expected one of ${known.join(", ")}` : `: did you mean ${near}?`;
}

function refuse(place: TemplatePlace, reason: string): BackworksError {
  return new BackworksError("config_invalid", `${place.key}: template ${reason}`, {
    position: place.position,
  });
}
