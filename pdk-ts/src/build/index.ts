/** Builds TypeScript plugins into WebAssembly modules. */
export { BuildError } from "./build-error.ts";
export type { BuildErrorCode, BuildPosition } from "./build-error.ts";
export { buildPlugin } from "./build-plugin.ts";
export type { BuildOptions, BuildSizes, BuildTimes, BuiltPlugin } from "./build-plugin.ts";
export type { BundleWarning } from "./bundle.ts";
export { locateSource } from "./locate-source.ts";
export type { BuildTarget } from "./read-manifest.ts";
export { writeModule } from "./write-module.ts";
