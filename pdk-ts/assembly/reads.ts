import { isToken, toLower } from "./header-edits";
import { quote } from "./json";

/** Names that plugin.yaml lets a hook read, as the build wrote them: those of headers in lower case. */
export class Names {
  constructor(
    /** Key in plugin.yaml, for messages. */
    readonly key: string,
    readonly declared: string[],
    /** `*` is declared: every name but these, the secrets of the client. */
    readonly hasStar: bool,
    readonly secrets: string[],
  ) {}

  /** Throws when plugin.yaml does not let the hook read this header. */
  checkHeader(hook: string, name: string): void {
    const declared = this.declared;
    for (let i = 0, count = declared.length; i < count; i++) {
      if (isSameHeader(unchecked(declared[i]), name)) return;
    }
    const lower = toLower(name);
    if (this.hasStar && isToken(lower) && !this.secrets.includes(lower)) return;
    throw new Error(undeclared(this.key, hook, lower));
  }

  /** The same for parameters and context keys, whose case counts. */
  checkName(hook: string, name: string): void {
    if (this.declared.includes(name)) return;
    if (this.hasStar && !name.includes("\n") && !name.includes(":")) return;
    throw new Error(undeclared(this.key, hook, name));
  }
}

/** What plugin.yaml lets one hook see. */
export class HookReads {
  constructor(
    readonly hook: string,
    readonly headers: Names,
    readonly responseHeaders: Names,
    readonly params: Names,
    readonly context: Names,
    readonly body: bool,
  ) {}

  /** Whether the frame has a reply's part, and its body is that of the reply. */
  get hasReply(): bool {
    return this.hook == "after_response" || this.hook == "audit_log";
  }

  checkBody(): void {
    if (this.body) return;
    const hook = this.hook;
    throw new Error(
      `${hook} does not read the body: set hooks.${hook}.reads.body to text or bytes in plugin.yaml`,
    );
  }
}

function isSameHeader(lower: string, name: string): bool {
  const length = lower.length;
  if (name.length != length) return false;
  for (let i = 0; i < length; i++) {
    let unit = name.charCodeAt(i);
    if (unit >= 0x41 && unit <= 0x5a) unit += 0x20;
    if (unit != lower.charCodeAt(i)) return false;
  }
  return true;
}

function undeclared(key: string, hook: string, name: string): string {
  return `${hook} does not read ${quote(name)}: add it to hooks.${hook}.reads.${key} in plugin.yaml`;
}
