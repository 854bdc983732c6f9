import { hookShape } from "../contracts/hooks.ts";
import type { HookMatch } from "../contracts/hooks.ts";
import type { HookDeclaration, Manifest, Reads, Writes } from "../contracts/manifest.ts";

/** A hook in words. What stands in `sees` and `changes` is all there is. */
export interface HookExplanation {
  readonly name: string;
  /** `on GET of the routes a, b` */
  readonly runs: string;
  readonly sees: readonly string[];
  readonly changes: readonly string[];
}

const KIB = 1024;

/** When hooks run that see no request. */
const RUNS: Readonly<Record<string, string>> = {
  initialize: "once for each new instance",
  health_check: "when /health is asked",
};

export function explainHooks(manifest: Manifest): HookExplanation[] {
  return Object.entries(manifest.hooks).map(([name, declaration]) =>
    hookShape(name) === "exchange"
      ? explainHook(name, declaration)
      : { name, runs: RUNS[name] ?? "", sees: [], changes: [] },
  );
}

function explainHook(
  name: string,
  { match, reads, writes, priority }: HookDeclaration,
): HookExplanation {
  const runs = name === "process_endpoint" ? "to answer endpoints that name it" : whenOf(match);
  const order = priority === 0 ? "" : `, with priority ${priority}`;
  return {
    name,
    runs: `${runs}${order}`,
    sees: ["method and target", ...listReads(name, reads)],
    changes: listWrites(name, writes),
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

function listReads(name: string, reads: Reads): string[] {
  const { headers, responseHeaders, params, context, body } = reads;
  const isAfter = name === "after_response";
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
