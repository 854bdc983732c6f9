import { AUTHOR_HOOKS, isAuthorHook, type AuthorHookName } from "../../hooks.ts";
import type { HookPlan } from "../../runtime/install.ts";
import { SECRET_HEADERS, SECRET_RESPONSE_HEADERS } from "../../runtime/reads.ts";

/** Its name for the compiler, without ending. */
export const START_FILE = "backworks-start";

/** Of assembly/run.ts: what calls the author's function. */
const RUNNERS: Readonly<Record<AuthorHookName, string>> = {
  initialize: "runInitialize",
  before_request: "runBeforeRequest",
  process_endpoint: "runProcessEndpoint",
  after_response: "runAfterResponse",
  health_check: "runHealthCheck",
};

const WITHOUT_FRAME: ReadonlySet<AuthorHookName> = new Set(["initialize", "health_check"]);

/** The module's first source: exports a function for each hook, which calls the author's. */
export function printStart(entry: string, plans: readonly HookPlan[]): string {
  const hooks = plans.map(({ hook }) => hook).filter(isAuthorHook);
  const runners = hooks.map((hook) => RUNNERS[hook]);
  // A hook may have the name of its export, as initialize does.
  const authors = hooks.map((hook) => `${AUTHOR_HOOKS[hook]} as ${authorName(hook)}`);
  return [
    `import { HookReads, Names, ${runners.join(", ")} } from "@backworks/pdk/run";`,
    `import { ${authors.join(", ")} } from ${JSON.stringify(`./${entry.replace(/\.ts$/, "")}`)};`,
    "const none: string[] = [];",
    ...plans.map(printHook),
    "",
  ].join("\n");
}

function authorName(hook: AuthorHookName): string {
  return `author_${hook}`;
}

function printHook({ hook, reads }: HookPlan): string {
  if (!isAuthorHook(hook)) throw new TypeError(`${hook} is no hook that authors write`);
  const run = RUNNERS[hook];
  const author = authorName(hook);
  if (WITHOUT_FRAME.has(hook))
    return `export function ${hook}(): i32 { return ${run}(${author}); }`;
  const parts = [
    JSON.stringify(hook),
    printNames("headers", lowerAll(reads.headers), SECRET_HEADERS),
    printNames("response_headers", lowerAll(reads.response_headers), SECRET_RESPONSE_HEADERS),
    printNames("params", reads.params, []),
    printNames("context", reads.context, []),
    String(reads.body),
  ];
  return [
    `const ${hook}_reads = new HookReads(${parts.join(", ")});`,
    `export function ${hook}(): i32 { return ${run}(${author}, ${hook}_reads); }`,
  ].join("\n");
}

function lowerAll(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase());
}

function printNames(key: string, names: readonly string[], secrets: readonly string[]): string {
  const declared = names.filter((name) => name !== "*");
  const parts = [JSON.stringify(key), printList(declared), String(names.includes("*"))];
  return `new Names(${[...parts, printList(secrets)].join(", ")})`;
}

function printList(names: readonly string[]): string {
  return names.length === 0 ? "none" : JSON.stringify(names);
}
