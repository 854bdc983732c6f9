import { AUTHOR_HOOKS, isAuthorHook, type AuthorHookName } from "../../hooks.ts";
import type { HookPlan } from "../../runtime/install.ts";
import { SECRET_HEADERS, SECRET_RESPONSE_HEADERS } from "../../runtime/reads.ts";

/** Its name for the compiler, without ending. */
export const START_FILE = "backworks-start";

/** What calls the author's function, and its file of `assembly`. */
interface Runner {
  readonly name: string;
  readonly file: "run" | "run-security" | "run-plain" | "run-message";
  /** Whether it is also given what the hook reads of an exchange. */
  readonly hasReads: boolean;
}

const exchange = (name: string): Runner => ({ name, file: "run", hasReads: true });
const security = (name: string): Runner => ({ name, file: "run-security", hasReads: true });
const plain = (name: string): Runner => ({ name, file: "run-plain", hasReads: false });
const message = (name: string): Runner => ({ name, file: "run-message", hasReads: false });

const RUNNERS: Readonly<Record<AuthorHookName, Runner>> = {
  initialize: plain("runLifecycle"),
  config_reload: plain("runLifecycle"),
  start: plain("runLifecycle"),
  stop: plain("runLifecycle"),
  cleanup: plain("runLifecycle"),
  health_check: plain("runHealthCheck"),
  get_metrics: plain("runMetrics"),
  authenticate: security("runAuthenticate"),
  authorize: security("runAuthorize"),
  before_request: exchange("runBeforeRequest"),
  process_endpoint: exchange("runProcessEndpoint"),
  after_response: exchange("runAfterResponse"),
  audit_log: exchange("runAuditLog"),
  collect_metrics: plain("runJson"),
  generate_alerts: plain("runJson"),
  track_event: plain("runJson"),
  generate_report: plain("runJson"),
  on_message: message("runMessage"),
  on_event: message("runEvent"),
  on_schedule: plain("runTick"),
  on_call: plain("runCall"),
};

/** The module's first source: exports a function for each hook, which calls the author's. */
export function printStart(entry: string, plans: readonly HookPlan[]): string {
  const hooks = plans.map(({ hook }) => hook).filter(isAuthorHook);
  // A hook may have the name of its export, as initialize does.
  const authors = hooks.map((hook) => `${AUTHOR_HOOKS[hook]} as ${authorName(hook)}`);
  return [
    'import { HookReads, Names } from "@backworks/pdk/reads";',
    ...printImports(hooks.map((hook) => RUNNERS[hook])),
    `import { ${authors.join(", ")} } from ${JSON.stringify(`./${entry.replace(/\.ts$/, "")}`)};`,
    "const none: string[] = [];",
    ...plans.map(printHook),
    "",
  ].join("\n");
}

function printImports(runners: readonly Runner[]): string[] {
  return [...Map.groupBy(runners, ({ file }) => file)].map(([file, ofFile]) => {
    const names = new Set(ofFile.map(({ name }) => name));
    return `import { ${[...names].join(", ")} } from "@backworks/pdk/${file}";`;
  });
}

function authorName(hook: AuthorHookName): string {
  return `author_${hook}`;
}

function printHook({ hook, reads }: HookPlan): string {
  if (!isAuthorHook(hook)) throw new TypeError(`${hook} is no hook that authors write`);
  const { name, hasReads } = RUNNERS[hook];
  const author = authorName(hook);
  if (!hasReads) return printExport(hook, `${name}(${author})`);
  const parts = [
    JSON.stringify(hook),
    printNames("headers", lowerAll(reads.headers), SECRET_HEADERS),
    printNames("response_headers", lowerAll(reads.response_headers), SECRET_RESPONSE_HEADERS),
    printNames("params", reads.params, []),
    printNames("context", contextOf(hook, reads.context), []),
    String(reads.body),
  ];
  return [
    `const ${hook}_reads = new HookReads(${parts.join(", ")});`,
    printExport(hook, `${name}(${author}, ${hook}_reads)`),
  ].join("\n");
}

/** The host always sends these who the request is from. */
function contextOf(hook: AuthorHookName, declared: readonly string[]): readonly string[] {
  return hook === "authorize" || hook === "audit_log" ? [...declared, "auth"] : declared;
}

function printExport(hook: string, call: string): string {
  return `export function ${hook}(): i32 { return ${call}; }`;
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
