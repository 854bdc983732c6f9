/** What plugin.yaml lets one hook see, prepared for looking it up in a frame's head. */
export interface HookReads {
  readonly hook: string;
  /** Whether the frame has a reply's part. */
  readonly hasReply: boolean;
  readonly headers: Lookup;
  readonly responseHeaders: Lookup;
  readonly params: Lookup;
  readonly context: Lookup;
  readonly body: boolean;
}

/** `reads` of a hook in plugin.yaml, with defaults applied. */
export interface DeclaredReads {
  readonly headers: readonly string[];
  readonly response_headers: readonly string[];
  readonly params: readonly string[];
  readonly context: readonly string[];
  readonly body: boolean;
}

/**
 * Declared names and the text to search a head for: a line feed, the name and ": ". No value in a
 * head has a line feed, so that such a text is found at the start of a line and nowhere else. The
 * table is an object because the engine looks a constant name up in one without hashing it.
 */
export interface Lookup {
  /** Key in plugin.yaml, for messages. */
  readonly key: string;
  /** Headers that were found to be readable join those that are declared. */
  readonly needles: Record<string, string>;
  /** `*` is declared: every name but these. */
  readonly all: readonly string[] | undefined;
  readonly prefix: string;
}

const HOOKS_WITH_REPLY: ReadonlySet<string> = new Set(["after_response", "audit_log"]);
/** The host always sends these who the request is from. */
const HOOKS_WITH_IDENTITY: ReadonlySet<string> = new Set(["authorize", "audit_log"]);

const NEEDLES_MAX = 256;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** "*" does not send these: they are secrets of the client, to be asked for by name. */
export const SECRET_HEADERS: readonly string[] = ["cookie", "authorization", "proxy-authorization"];
export const SECRET_RESPONSE_HEADERS: readonly string[] = ["set-cookie"];

export function prepareReads(hook: string, declared: DeclaredReads): HookReads {
  return {
    hook,
    hasReply: HOOKS_WITH_REPLY.has(hook),
    headers: prepare("headers", declared.headers, "", SECRET_HEADERS),
    responseHeaders: prepare(
      "response_headers",
      declared.response_headers,
      "",
      SECRET_RESPONSE_HEADERS,
    ),
    params: prepare("params", declared.params, ":param.", []),
    context: prepare("context", contextOf(hook, declared), ":context.", []),
    body: declared.body,
  };
}

function contextOf(hook: string, { context }: DeclaredReads): readonly string[] {
  return HOOKS_WITH_IDENTITY.has(hook) ? [...context, "auth"] : context;
}

function prepare(
  key: string,
  names: readonly string[],
  prefix: string,
  secrets: readonly string[],
): Lookup {
  const needles: Record<string, string> = Object.create(null);
  for (const name of names) {
    const exact = prefix === "" ? name.toLowerCase() : name;
    if (name !== "*") needles[exact] = `\n${prefix}${exact}: `;
  }
  return { key, needles, all: names.includes("*") ? secrets : undefined, prefix };
}

/** The text to search for a header. Throws when plugin.yaml does not let the hook read it. */
export function headerNeedle(lookup: Lookup, hook: string, name: string): string {
  const { needles, all } = lookup;
  const known = needles[name];
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  const isFree = all !== undefined && TOKEN.test(lower) && !all.includes(lower);
  const needle = needles[lower] ?? (isFree ? `\n${lower}: ` : undefined);
  if (needle === undefined) throw undeclared(lookup, hook, lower);
  // A client may choose the name: its choices must not fill the memory.
  if (Object.keys(needles).length < NEEDLES_MAX) needles[name] = needle;
  return needle;
}

/** The same for parameters and context keys, whose case counts. */
export function valueNeedle(lookup: Lookup, hook: string, name: string): string {
  const needle = lookup.needles[name];
  if (needle !== undefined) return needle;
  if (lookup.all !== undefined && !/[\n:]/.test(name)) return `\n${lookup.prefix}${name}: `;
  throw undeclared(lookup, hook, name);
}

function undeclared({ key }: Lookup, hook: string, name: string): Error {
  return new Error(
    `${hook} does not read ${JSON.stringify(name)}: add it to hooks.${hook}.reads.${key} in plugin.yaml`,
  );
}

export function undeclaredBody(hook: string): Error {
  return new Error(
    `${hook} does not read the body: set hooks.${hook}.reads.body to text or bytes in plugin.yaml`,
  );
}
