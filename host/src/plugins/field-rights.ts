import { REQUEST_CREDENTIALS, RESPONSE_CREDENTIALS } from "../abi/exchange-frame.ts";
import type { HookGrant } from "../contracts/capabilities.ts";
import type { Edits } from "../contracts/exchange.ts";
import type { EditsHookName } from "../contracts/hooks.ts";
import { SENSITIVE_HEADERS, SENSITIVE_PREFIXES } from "../contracts/manifest.ts";
import type { BodyRead, HookDeclaration, Reads, Writes } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";

/** What a hook may see and change. */
export interface FieldRights {
  readonly reads: Reads;
  readonly writes: Writes;
}

/** Whether a name is left out of what `*` stands for. */
type IsExcepted = (name: string) => boolean;

const isSensitive: IsExcepted = (name) =>
  SENSITIVE_HEADERS.has(name) || SENSITIVE_PREFIXES.some((prefix) => name.startsWith(prefix));
const isRequestCredential: IsExcepted = (name) => REQUEST_CREDENTIALS.has(name);
const isResponseCredential: IsExcepted = (name) => RESPONSE_CREDENTIALS.has(name);
const isNever: IsExcepted = () => false;

/** What the manifest declares, narrowed to what the operator leaves of it. */
export function narrowFields(
  { reads, writes }: Pick<HookDeclaration, "reads" | "writes">,
  grant: HookGrant | undefined,
): FieldRights {
  if (grant === undefined) return { reads, writes };
  const { reads: read, writes: write } = grant;
  return {
    reads: {
      headers: narrow(reads.headers, read.headers, isRequestCredential),
      responseHeaders: narrow(reads.responseHeaders, read.responseHeaders, isResponseCredential),
      params: narrow(reads.params, read.params, isNever),
      context: narrow(reads.context, read.context, isNever),
      body: narrowBody(reads.body, read.body),
    },
    writes: {
      headers: narrow(writes.headers, write.headers, isSensitive),
      responseHeaders: narrow(writes.responseHeaders, write.responseHeaders, isSensitive),
      status: writes.status && write.status !== false,
      body: writes.body && write.body !== false,
      target: writes.target && write.target !== false,
      context: narrow(writes.context, write.context, isNever),
    },
  };
}

/** Throws `guest_write_denied` for the first edit that a hook has no right to. */
export function checkWrites(edits: Edits, writes: Writes, hook: EditsHookName): void {
  const { status, body, target, headers, context } = edits;
  if (status !== undefined && !writes.status) throw denied(hook, "the status", "status");
  if (body !== undefined && !writes.body) throw denied(hook, "the body", "body");
  if (target !== undefined && !writes.target) throw denied(hook, "the target", "target");
  // With a status, before_request answers: its headers are those of the response.
  const isRequest = hook === "before_request" && status === undefined;
  const listed = isRequest ? writes.headers : writes.responseHeaders;
  for (const { name } of headers) {
    if (isListed(listed, name, isSensitive)) continue;
    const key = isRequest ? "headers" : "response_headers";
    throw denied(hook, `the header ${name}`, key, name);
  }
  for (const [key] of context) {
    if (isListed(writes.context, key, isNever)) continue;
    throw denied(hook, `the context value ${key}`, "context", key);
  }
}

/** What both lists permit, in the same notation. */
function narrow(
  declared: readonly string[],
  left: readonly string[] | undefined,
  isExcepted: IsExcepted,
): readonly string[] {
  if (left === undefined) return declared;
  const named = [
    ...declared.filter((name) => name !== "*" && isListed(left, name, isExcepted)),
    ...left.filter((name) => name !== "*" && isListed(declared, name, isExcepted)),
  ];
  const isAll = declared.includes("*") && left.includes("*");
  return [...new Set(isAll ? ["*", ...named] : named)];
}

function isListed(list: readonly string[], name: string, isExcepted: IsExcepted): boolean {
  return list.includes(name) || (list.includes("*") && !isExcepted(name));
}

function narrowBody(declared: BodyRead, left: BodyRead | undefined): BodyRead {
  if (left === undefined) return declared;
  return {
    mode: left.mode === "none" ? "none" : declared.mode,
    bytesMax: Math.min(declared.bytesMax, left.bytesMax),
  };
}

function denied(hook: EditsHookName, what: string, key: string, name?: string): BackworksError {
  const entry = name === undefined ? `${key}: true` : `${name} to ${key}`;
  const message = `${hook} changes ${what}, which it has no right to: add ${entry} in hooks.${hook}.writes of the manifest, and in grants.hooks.${hook}.writes if the operator narrows it there`;
  return new BackworksError("guest_write_denied", message, {
    details: { hook, field: name === undefined ? key : `${key}.${name}` },
  });
}
