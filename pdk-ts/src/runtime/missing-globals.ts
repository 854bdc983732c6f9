/** What an author may look for and a plugin does not have, and what it has instead. */
const TIMERS = "there are no timers: what is to run later is on_schedule's";
const ADVICE: Readonly<Record<string, string>> = {
  setTimeout: TIMERS,
  setInterval: TIMERS,
  setImmediate: TIMERS,
  clearTimeout: TIMERS,
  process: "there is no process: config.get reads the plugin's configuration",
  Buffer: "there is no Buffer: use Uint8Array, TextEncoder, TextDecoder, atob and btoa",
  require: "there is no require: use import, which the build bundles",
  module: "there is no module object: use export",
  exports: "there is no exports object: use export",
  __dirname: "there are no files: import .json and .txt files, which the build bundles",
  __filename: "there are no files: import .json and .txt files, which the build bundles",
  global: "there is no global: use globalThis",
  window: "there is no window: use globalThis",
  self: "there is no self: use globalThis",
  XMLHttpRequest: "there is no XMLHttpRequest: use fetch",
  WebSocket: "there is no WebSocket: use tcp of @backworks/pdk",
  AbortController: "there is no AbortController: set timeoutMs of an HttpRequest",
  AbortSignal: "there is no AbortSignal: set timeoutMs of an HttpRequest",
  Blob: "there is no Blob: use Uint8Array",
  FormData: "there is no FormData: use URLSearchParams",
  ReadableStream: "there are no streams: a body is a text or a Uint8Array",
  localStorage: "there is no localStorage: use kv of @backworks/pdk",
  Intl: "there is no Intl: dates are in UTC, numbers without a language",
};

/** What to use instead, when an error is about a global that is not there. */
export function adviseMissing(message: string): string | undefined {
  const name = /^'?(\w+)'? is not defined$/.exec(message)?.[1];
  if (name !== undefined) {
    const advice = Object.hasOwn(ADVICE, name) ? ADVICE[name] : undefined;
    return advice ?? `a plugin has the JavaScript language and @backworks/pdk, but no ${name}`;
  }
  // Of the bundler, in the place of a `require` that it could not follow.
  return message.startsWith("Dynamic require of ") ? ADVICE["require"] : undefined;
}
