/**
 * What a plugin finds in the global object beside the language and comes from this package: the
 * bundler puts in what a source uses, and nothing else is in its snapshot.
 */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  crypto: ["crypto", "CryptoKey"],
  fetch: ["fetch", "Headers", "Request", "Response"],
  "structured-clone": ["structuredClone"],
  url: ["URL", "URLSearchParams"],
};

/** Modules whose exports stand for the globals of their names. */
export const WEB_MODULES: readonly string[] = Object.keys(MODULES).map(
  (name) => `@backworks/pdk/web/${name}`,
);

/** `globalThis.URL` is `URL`, as an expression of the bundler's `define`. */
export const WEB_GLOBALS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(MODULES)
    .flat()
    .map((name) => [`globalThis.${name}`, name]),
);
