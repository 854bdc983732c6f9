import type { Plugin } from "esbuild";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PDK = fileURLToPath(new URL("../", import.meta.url));
/** `.ts` when this file runs from source, `.js` from `dist`. */
const EXTENSION = extname(import.meta.url);

/** Sources of this package are named in it, wherever the package is installed. */
export const PDK_NAMESPACE = "backworks-pdk";

/** What a plugin imports, and what the build adds to a bundle. */
const MODULES = /^@backworks\/pdk(\/runtime\/(install|runners)|\/web\/[a-z-]+)?$/;

/** Runs whatever the source uses; of other modules, what nothing uses stays out of the bundle. */
const INSTALL = "runtime/install";

/** `@backworks/pdk` is this package, not what node_modules of the plugin may hold. */
export function pdkModules(): Plugin {
  return {
    name: "backworks-pdk",
    setup(build) {
      build.onResolve({ filter: MODULES }, ({ path }) => {
        const name = path === "@backworks/pdk" ? "index" : path.slice("@backworks/pdk/".length);
        return toModule(`${name}${EXTENSION}`);
      });
      build.onResolve({ filter: /^\./, namespace: PDK_NAMESPACE }, ({ path, importer }) =>
        toModule(join(importer, "..", path)),
      );
      build.onLoad({ filter: /./, namespace: PDK_NAMESPACE }, async ({ path }) => ({
        contents: await readFile(join(PDK, path), "utf8"),
        loader: EXTENSION === ".ts" ? "ts" : "js",
      }));
    },
  };
}

function toModule(path: string): { path: string; namespace: string; sideEffects: boolean } {
  const sideEffects = path === `${INSTALL}${EXTENSION}`;
  return { path, namespace: PDK_NAMESPACE, sideEffects };
}

/** The module in this package that an input of a bundle is, such as `kv`. */
export function pdkModuleOf(input: string): string | undefined {
  if (!input.startsWith(`${PDK_NAMESPACE}:`)) return undefined;
  return input.slice(PDK_NAMESPACE.length + 1, -EXTENSION.length);
}
