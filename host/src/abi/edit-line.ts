import { HOST_HEADERS, type HeaderEdit } from "../contracts/exchange.ts";
import type { EditsHookName } from "../contracts/hooks.ts";
import { AUTH_KEY } from "../contracts/security.ts";
import { escapeText } from "../lib/escape.ts";
import { checkJsonLine } from "./json-line.ts";

/** Edits on their way in; the reader of a line adds to it. */
export interface EditsDraft {
  readonly hook: EditsHookName;
  status: number | undefined;
  readonly headers: HeaderEdit[];
  target: string | undefined;
  readonly context: [key: string, json: string][];
}

/** As many as Node accepts of a client by far; each one costs the response bytes. */
export const HEADER_EDITS_MAX = 100;

/** 200 to 599: a plugin answers; informational answers are the host's. */
const STATUS = /^[2-5][0-9][0-9]$/;
/** RFC 9110 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 5.5, with HTAB as the only control character. */
const FIELD_VALUE = /^[\t\x20-\x7e\u0080-\u00ff]*$/;
/** RFC 9112 3.2.1, as far as it keeps the request line in one piece; a fragment is never sent. */
const ORIGIN_FORM = /^\/[\x21\x22\x24-\x7e]*$/;
const CONTEXT_KEY = /^[a-z][a-z0-9_.-]{0,63}$/;

/** Reads one line of an edits frame into `draft`; answers why it cannot. */
export function readEditLine(line: string, draft: EditsDraft): string | undefined {
  switch (line.charAt(0)) {
    case "!":
      return readStatus(line.slice(1), draft);
    case "+":
      return readField("set", line.slice(1), draft);
    case "&":
      return readField("append", line.slice(1), draft);
    case "-":
      return addHeader({ kind: "remove", name: line.slice(1).toLowerCase() }, draft);
    case ">":
      return readTarget(line.slice(1), draft);
    case "=":
      return readContext(line.slice(1), draft);
    default:
      return `${quote(line)} begins with none of ! + & - > =`;
  }
}

function readStatus(text: string, draft: EditsDraft): string | undefined {
  if (!STATUS.test(text)) return `status ${quote(text)} is not a number from 200 to 599`;
  if (draft.status !== undefined) return "a second status";
  draft.status = Number(text);
  return undefined;
}

function readField(kind: "set" | "append", text: string, draft: EditsDraft): string | undefined {
  const colon = text.indexOf(": ");
  if (colon === -1) return `${quote(text)} has no ": " between name and value`;
  const value = text.slice(colon + 2);
  const reason = addHeader({ kind, name: text.slice(0, colon).toLowerCase(), value }, draft);
  if (reason !== undefined) return reason;
  if (FIELD_VALUE.test(value)) return undefined;
  return `value ${quote(value)} holds a control character or one above U+00FF`;
}

function addHeader(edit: HeaderEdit, draft: EditsDraft): string | undefined {
  if (!TOKEN.test(edit.name)) return `header name ${quote(edit.name)} is not a token of RFC 9110`;
  if (HOST_HEADERS.has(edit.name)) return `header ${edit.name} is written by the host alone`;
  if (draft.headers.length === HEADER_EDITS_MAX) {
    return `more than ${HEADER_EDITS_MAX} header edits`;
  }
  draft.headers.push(edit);
  return undefined;
}

function readTarget(text: string, draft: EditsDraft): string | undefined {
  if (draft.hook !== "before_request") return "only before_request rewrites the target";
  if (!ORIGIN_FORM.test(text)) {
    return `target ${quote(text)} is not a path and query in printable ASCII without spaces and #`;
  }
  if (draft.target !== undefined) return "a second target";
  draft.target = text;
  return undefined;
}

function readContext(text: string, draft: EditsDraft): string | undefined {
  const colon = text.indexOf(": ");
  if (colon === -1) return `${quote(text)} has no ": " between key and JSON`;
  const key = text.slice(0, colon);
  if (!CONTEXT_KEY.test(key)) {
    return `context key ${quote(key)} does not match [a-z][a-z0-9_.-]{0,63}`;
  }
  if (key === AUTH_KEY) return `context key ${key} is set by authenticate hooks alone`;
  const json = text.slice(colon + 2);
  const reason = checkJsonLine(json);
  if (reason !== undefined) return `the value of context key ${key} ${reason}`;
  draft.context.push([key, json]);
  return undefined;
}

function quote(text: string): string {
  return `"${escapeText(text, 80)}"`;
}
