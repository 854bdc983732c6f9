import type { Diagnostic } from "./diagnose.ts";

/** A part of TypeScript that `fast` does not have, in words of an author. */
export interface Feature {
  readonly message: string;
  /** The way out. */
  readonly instead: string;
}

interface Rule extends Feature {
  /** Of the compiler's message. */
  readonly says?: RegExp;
  /** Of the line that a syntax error begins in. */
  readonly line?: RegExp;
}

export const USE_FULL = "or build it with --target full, which has all of TypeScript";

/** Codes of TypeScript, which the compiler shares. */
const FIRST_SYNTAX_ERROR = 1000;
const FIRST_TYPE_ERROR = 2000;

/** The first rule that holds explains an error; those that the compiler names come first. */
const RULES: readonly Rule[] = [
  {
    says: /Not implemented: Exceptions/,
    message: "try and catch are not in the fast target: what is thrown ends the call",
    instead: "let a function return null for what can fail, and check for it",
  },
  {
    says: /Not implemented: Closures/,
    message: "a function that uses variables of the function around it is not in the fast target",
    instead: "write a loop, or keep the value in a variable of the module or a field of a class",
  },
  {
    says: /Not implemented: Regular expressions/,
    message: "regular expressions are not in the fast target",
    instead: "use indexOf, startsWith, split or charCodeAt",
  },
  {
    says: /Not implemented: Iterators/,
    message: "for…of and for…in are not in the fast target",
    instead: "count: for (let i = 0; i < list.length; i++)",
  },
  {
    says: /Not implemented: Spread/,
    message: "spread (...) is not in the fast target",
    instead: "use concat, slice or push",
  },
  {
    says: /Not implemented: Const assertion/,
    message: "as const is not in the fast target",
    instead: "leave it out, and write the type of the variable",
  },
  {
    says: /Not implemented: union types/,
    message: "a union of types is not in the fast target: T | null is the only one",
    instead: "use null for undefined, string for a union of texts, a class for a union of shapes",
  },
  {
    says: /Cannot find name 'JSON'|Property 'json' does not exist|Property 'all' does not exist/,
    message: "JSON is not in the fast target",
    instead:
      'read text() or bytes(); Reply.text with setHeader("content-type", "application/json")',
  },
  {
    says: /Cannot find name 'undefined'/,
    message: "undefined is not in the fast target",
    instead: "use null",
  },
  {
    says: /Cannot find name '(any|unknown|object|Record|Partial|Pick|Omit|Promise|symbol|never)'/,
    message: "the type $1 is not in the fast target, where every type has a fixed shape",
    instead: "declare a class with the fields that are needed, or use Map<string, T>",
  },
  {
    says: /Cannot find name '(fetch|URL|URLSearchParams|TextEncoder|TextDecoder|structuredClone|queueMicrotask|Intl|Proxy|WeakMap|BigInt|atob|btoa)'/,
    message: "$1 is not in the fast target",
    instead: "bytes() and text() give bodies as bytes and as text; the rest is for the full target",
  },
  {
    says: /Optional parameter must have an initializer/,
    message: "an optional parameter needs a value to start from in the fast target",
    instead: "write name: string | null = null instead of name?: string",
  },
  {
    says: /Type '<object>' is not assignable/,
    message: "an object literal of no declared class is not in the fast target",
    instead: "declare a class with its fields, and the variable's type: const p: Point = { x: 1 }",
  },
  {
    says: /Type '[iuf](?:8|16|32|64)' is not assignable to type '~lib\/string\/String'/,
    message: "a number does not become a text by + in the fast target",
    instead: "write `${number}`, or number.toString()",
  },
  {
    says: /Conversion from type '(f64|f32)' to '([iu]\d+)' requires an explicit cast/,
    message:
      "a number with a fraction does not become a whole one ($2) by itself in the fast target",
    instead: "declare both as number: whole literals and lengths are i32 where no type is written",
  },
  {
    says: /Object is possibly 'null'|Type '(.*) \| null' is not assignable to type '\1'/,
    message: "this may be null, and the fast target sees checks of constants only",
    instead: "put it into a const, check that for null, and use the const",
  },
  {
    line: /\basync\b|\bawait\b/,
    message: "async functions and await are not in the fast target",
    instead: "hooks of the fast target answer at once: there is nothing to wait for",
  },
  {
    line: /\bfunction\s*\*|\byield\b/,
    message: "generators are not in the fast target",
    instead: "collect the values in an array, and return that",
  },
  {
    line: /\?\.[^\d]/,
    message: "optional chaining (?.) is not in the fast target",
    instead: "put the value into a const and check it: if (value !== null)",
  },
  {
    line: /\?\?/,
    message: "?? is not in the fast target",
    instead: "write value !== null ? value : other, with the value in a const",
  },
  {
    line: /\b(?:const|let|var)\s*[[{]|[(,]\s*[[{][\w\s,:]*[\]}]\s*[:)=]/,
    message: "destructuring is not in the fast target",
    instead: "read one field after the other: const name = person.name",
  },
  {
    line: /\bsatisfies\b/,
    message: "satisfies is not in the fast target",
    instead: "write the type of the variable",
  },
  {
    line: /#\w/,
    message: "private names (#name) are not in the fast target",
    instead: "write private name",
  },
  {
    says: /Type argument expected/,
    message: "what a generic function returns cannot be guessed in the fast target",
    instead: "write it: list.map<string>((item) => …)",
  },
];

/** What an error of the compiler means to somebody who writes TypeScript. */
export function explain({ code, message, place }: Diagnostic): Feature | undefined {
  const isSyntax = code >= FIRST_SYNTAX_ERROR && code < FIRST_TYPE_ERROR;
  const line = place === undefined || !isSyntax ? "" : lineAt(place.text, place.start);
  for (const { says, line: shows, ...feature } of RULES) {
    const found = says?.exec(message) ?? shows?.exec(line);
    if (found === null || found === undefined) continue;
    return {
      message: feature.message.replaceAll(
        /\$(\d)/g,
        (_, group: string) => found[Number(group)] ?? "",
      ),
      instead: `${feature.instead}; ${USE_FULL}`,
    };
  }
  return undefined;
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end);
}
