import type { Rule } from "./rule.ts";

/** Of a type that the kit has for the full target only, imported or behind `import * as`. */
function missing(types: string): RegExp {
  return new RegExp(
    `Module '~lib/@backworks/pdk' has no exported member '(${types})'|Property '(${types})' does not exist`,
  );
}

/** What the full target brings along: its part of the kit, and globals of the web. */
export const LIBRARY_RULES: readonly Rule[] = [
  {
    says: missing("Json"),
    message: "the type Json is for the full target: a value has one shape in the fast one",
    instead: "declare a class with the fields that are needed, or keep the JSON as a string",
  },
  {
    says: missing("BodyInput"),
    message: "the type BodyInput is for the full target: there are no unions in the fast one",
    instead: "write string or Uint8Array",
  },
  {
    says: missing("Clock|Config|Events|Http|Kv|Log|Metrics|Plugins|Random|Secrets|Sql|Tcp"),
    message: "the type $1$2 is for the full target: in the fast one it has functions, and no type",
    instead: "call the functions where they are needed, such as kv.get, instead of passing kv on",
  },
  {
    says: /Module '~lib\/@backworks\/pdk' has no exported member '(\w+)'/,
    message: '"@backworks/pdk" exports no "$1"',
    instead: "see the API reference for what there is",
    isNowhere: true,
  },
  {
    says: /Property '(getJson|setJson)' does not exist on type '.*\/kv'/,
    message: "kv.$1 is for the full target: there is no JSON in the fast one",
    instead: "kv.get and kv.set keep texts, kv.getBytes and kv.setBytes bytes",
  },
  {
    says: /Property 'query' does not exist on type '.*\/sql'/,
    message: "sql.query is for the full target: there is no JSON in the fast one",
    instead: "sql.queryJson takes the parameters and gives the rows as JSON, which is a text",
  },
  {
    says: /Property 'stateJson' does not exist/,
    message: "message.stateJson is for the full target: there is no JSON in the fast one",
    instead: "message.state is the JSON as a text",
  },
  {
    says: /Class '.*Map<.*>' cannot declare a constructor when instantiated from an object literal/,
    message: "an object literal does not become a Map in the fast target",
    instead: 'write const labels = new Map<string, string>(), and labels.set("name", "value")',
  },
  {
    says: /Type '.*Uint8Array' is not assignable to type '~lib\/string\/String'/,
    message: "bytes do not become a text by themselves in the fast target",
    instead:
      "use the function for bytes: setBodyBytes, setBytes, replyBytes, callBytes, publishBytes",
  },
  {
    says: /Cannot find name 'fetch'/,
    message: "fetch is not in the fast target",
    instead: "http.get, http.send and http.trySend of @backworks/pdk send requests",
  },
  {
    says: /Property '(getRandomValues|randomUUID|subtle)' does not exist on type '.*\/crypto'/,
    message: "crypto.$1 is not in the fast target",
    instead: "random.bytes and random.uuid of @backworks/pdk draw random numbers",
  },
  {
    says: /Property '(\w+)' does not exist on type '.*\/crypto'/,
    message: "there is no crypto.$1",
    instead: "random.bytes and random.uuid of @backworks/pdk draw random numbers",
    isNowhere: true,
  },
  {
    says: /Cannot find name 'JSON'|Property '(?:json|all)' does not exist on type '~lib\/@backworks/,
    message: "JSON is not in the fast target",
    instead:
      'read text() or bytes(); Reply.text with setHeader("content-type", "application/json")',
  },
  {
    says: /Cannot find name '(URL|URLSearchParams|TextEncoder|TextDecoder|structuredClone|queueMicrotask|Proxy|WeakMap|BigInt|atob|btoa)'/,
    message: "$1 is not in the fast target",
    instead: "bytes() and text() give bodies as bytes and as text; the rest is for the full target",
  },
  {
    says: /Cannot find name '(setTimeout|setInterval|setImmediate|clearTimeout|clearInterval)'/,
    message: "there is no $1, nor any other timer, in a plugin",
    instead: "what is to run later is on_schedule's",
    isNowhere: true,
  },
  {
    says: /Cannot find name '(Buffer|Blob)'/,
    message: "there is no $1 in a plugin",
    instead: "use Uint8Array",
    isNowhere: true,
  },
  {
    says: /Cannot find name '(require|module|exports|__dirname|__filename)'/,
    message: "there is no $1 in a plugin",
    instead: "use import and export: the plugin's own .ts files come into its module",
    isNowhere: true,
  },
  {
    says: /Cannot find name '(window|global|self|XMLHttpRequest|WebSocket|AbortController|AbortSignal|FormData|ReadableStream|localStorage|Intl)'/,
    message: "there is no $1 in a plugin",
    instead: "@backworks/pdk has what reaches outside: http, tcp, kv, config, …",
    isNowhere: true,
  },
];
