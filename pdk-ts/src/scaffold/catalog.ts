/** What `plugin new` can start from; each is a folder in `templates/`. */
export const TEMPLATES = {
  basic: "answers a route with a greeting",
  middleware: "works on every request and response",
  handler: "reads and writes notes in the key-value store",
  security: "knows callers by API keys, and what they may do",
  analytics: "counts responses, on /metrics and in the key-value store",
  manufacturing: "reads registers out of Modbus/TCP responses",
  finance: "checks FIX messages",
  healthcare: "acknowledges HL7 v2 messages",
  weather: "fetches a weather report and keeps it for a while",
} as const;

export type TemplateName = keyof typeof TEMPLATES;

/** C and Rust have one skeleton each: the greeting of `basic`. */
export const LANGUAGES = {
  typescript: "TypeScript, for either target",
  c: "C with clang, without a libc",
  rust: "Rust with rustc, without cargo",
} as const;

export type Language = keyof typeof LANGUAGES;
