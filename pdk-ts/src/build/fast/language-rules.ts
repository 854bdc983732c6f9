import type { Rule } from "./rule.ts";

/** Those that the compiler names come first: lines show what it did not understand. */
export const LANGUAGE_RULES: readonly Rule[] = [
  {
    says: /Not implemented: Exceptions/,
    message: "try and catch are not in the fast target: what is thrown ends the call",
    instead:
      "let a function return null for what can fail, as http.trySend and plugins.tryCall do: lastFault() says why",
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
    says: /Type '[iuf](?:8|16|32|64)' is not assignable to type '~lib\/string\/String'|Operator '\+' cannot be applied to types '[iuf](?:8|16|32|64)' and '~lib\/string\/String'/,
    message: "a number does not become a text by itself or by + in the fast target",
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
