import {
  HOOKS,
  HOOKS_AHEAD,
  isEditsHookName,
  isExchangeHookName,
  isHookName,
} from "../contracts/hooks.ts";
import type { Grants } from "../contracts/capabilities.ts";
import type { ExchangeHookName, HookMatch, HookName } from "../contracts/hooks.ts";
import type { HookDeclaration, Manifest, Reads, Writes } from "../contracts/manifest.ts";
import { narrowFields } from "./field-rights.ts";

/** A hook in words. What stands in `sees` and `changes` is all there is. */
export interface HookExplanation {
  readonly name: string;
  /** `on GET of the routes a, b` */
  readonly runs: string;
  readonly sees: readonly string[];
  readonly changes: readonly string[];
}

const KIB = 1024;

/** `left` is what the operator leaves to hooks of what their manifest declares. */
export function explainHooks(manifest: Manifest, left: Grants["hooks"] = {}): HookExplanation[] {
  return Object.entries(manifest.hooks).map(([name, declaration]) =>
    isExchangeHookName(name)
      ? explainHook(name, { ...declaration, ...narrowFields(declaration, left[name]) })
      : { name, runs: isHookName(name) ? whenCalled(name) : "", sees: [], changes: [] },
  );
}

/** When hooks run that see no request. */
function whenCalled(name: HookName): string {
  const { when } = HOOKS[name];
  return HOOKS_AHEAD.has(name) ? `${when} (this host never calls it)` : when;
}

function explainHook(
  name: ExchangeHookName,
  { match, reads, writes, priority }: HookDeclaration,
): HookExplanation {
  const runs = name === "process_endpoint" ? "to answer endpoints that name it" : whenOf(match);
  const order = priority === 0 ? "" : `, with priority ${priority}`;
  return {
    name,
    runs: `${runs}${order}`,
    sees: ["method and target", ...listReads(name, reads)],
    changes: changesOf(name, writes),
  };
}

function whenOf({ routes, methods, paths }: HookMatch): string {
  const where = [
    ...(routes === undefined ? [] : [`the routes ${routes.join(", ")}`]),
    ...(paths === undefined ? [] : [`the paths ${paths.join(", ")}`]),
  ];
  const place = where.length === 0 ? "every route" : where.join(" with ");
  return methods === undefined ? `on ${place}` : `on ${methods.join(", ")} of ${place}`;
}

function changesOf(name: ExchangeHookName, writes: Writes): string[] {
  if (isEditsHookName(name)) return listWrites(name, writes);
  if (name === "authenticate") return ["who sends the request, for other plugins", "denying it"];
  return name === "authorize" ? ["denying the request"] : [];
}

function listReads(name: ExchangeHookName, reads: Reads): string[] {
  const { headers, responseHeaders, params, context, body } = reads;
  const isAfter = HOOKS[name].input === "response";
  return [
    ...listNames(
      "request headers",
      headers,
      "all request headers but authorization, proxy-authorization and cookie",
    ),
    ...(isAfter ? ["response status"] : []),
    ...(isAfter
      ? listNames("response headers", responseHeaders, "all response headers but set-cookie")
      : []),
    ...listNames("path parameters", params, "all path parameters"),
    ...listNames("context values", context, "all context values"),
    ...(body.mode === "none"
      ? []
      : [
          `the ${isAfter ? "response" : "request"} body as ${body.mode}, at most ${body.bytesMax / KIB} KiB`,
        ]),
  ];
}

function listWrites(name: string, writes: Writes): string[] {
  const isBefore = name === "before_request";
  const response = isBefore ? "the answer's own headers" : "response headers";
  return [
    ...(isBefore ? listNames("request headers", writes.headers, allBut("request headers")) : []),
    ...(isBefore && writes.target ? ["the target"] : []),
    ...(writes.body ? [isBefore ? "the request body" : "the response body"] : []),
    ...(writes.status ? [isBefore ? "answering at once" : "the response status"] : []),
    ...(isBefore && !writes.status
      ? []
      : listNames(response, writes.responseHeaders, allBut(response))),
    ...listNames("context values", writes.context, "context values"),
  ];
}

function allBut(what: string): string {
  return `${what} but those that decide about security`;
}

function listNames(what: string, names: readonly string[], all: string): string[] {
  const named = names.filter((name) => name !== "*");
  return [
    ...(names.includes("*") ? [all] : []),
    ...(named.length === 0 ? [] : [`${what} ${named.join(", ")}`]),
  ];
}
