import type { BuildFailure, Message, Plugin } from "esbuild";
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HookPlan } from "../runtime/install.ts";
import type { SourceLines } from "../runtime/bootstrap.ts";
import { BuildError, type BuildPosition } from "./build-error.ts";
import { explainMessage } from "./bundle-words.ts";
import { toSourceLines, type SourceMap } from "./source-lines.ts";

export interface Bundle {
  /** A script, the same wherever the plugin's folder lies. */
  readonly code: string;
  readonly sourceLines: SourceLines;
  /** What esbuild has to say about the source: none of it stops the build. */
  readonly warnings: readonly BundleWarning[];
  /** Files that went into it, relative to the plugin's folder. */
  readonly files: readonly string[];
}

export interface BundleWarning {
  readonly message: string;
  readonly position: BuildPosition | undefined;
}

const PDK = fileURLToPath(new URL("../", import.meta.url));
/** `.ts` when this file runs from source, `.js` from `dist`. */
const EXTENSION = extname(import.meta.url);
/** Sources of this package are named in it, wherever the package is installed. */
const PDK_NAMESPACE = "backworks-pdk";
const ENTRY_FILE = "backworks-entry.ts";
/** The first errors are enough to see what kind of mistake it is. */
const ERRORS_MAX = 5;

/** Bundles the source with the parts of the PDK that it uses. */
export async function bundle(
  folder: string,
  entry: string,
  plans: readonly HookPlan[],
): Promise<Bundle> {
  // Loaded here so that importing the build costs nothing until there is something to build.
  const esbuild = await import("esbuild");
  const result = await esbuild
    .build({
      stdin: { contents: printEntry(entry, plans), resolveDir: folder, sourcefile: ENTRY_FILE },
      absWorkingDir: folder,
      outfile: join(folder, "plugin.js"),
      write: false,
      bundle: true,
      format: "iife",
      // What QuickJS-NG has natively; decorators and `using` are translated.
      target: "es2024",
      platform: "neutral",
      mainFields: ["module", "main"],
      define: { "process.env.NODE_ENV": '"production"' },
      charset: "utf8",
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      metafile: true,
      logLevel: "silent",
      plugins: [pdkModules(), refuseNode(), refuseUrls()],
    })
    .catch((failure: unknown) => {
      throw isBuildFailure(failure) ? toBuildError(failure.errors) : failure;
    });
  const [map, code] = [".map", ".js"].map((end) =>
    result.outputFiles.find((file) => file.path.endsWith(end)),
  );
  return {
    code: code?.text ?? "",
    sourceLines: toSourceLines(readMap(map?.text ?? "{}"), isShown),
    warnings: result.warnings.map((warning) => ({
      message: warning.text,
      position: positionOf(warning),
    })),
    files: Object.keys(result.metafile.inputs).filter(isShown),
  };
}

function printEntry(entry: string, plans: readonly HookPlan[]): string {
  return [
    'import { install } from "@backworks/pdk/runtime/install";',
    `import * as source from ${JSON.stringify(`./${entry}`)};`,
    `install(source, ${JSON.stringify(plans)});`,
  ].join("\n");
}

/** The author's own files and libraries, not what this package adds. */
function isShown(source: string): boolean {
  return !source.startsWith(`${PDK_NAMESPACE}:`) && source !== ENTRY_FILE;
}

function readMap(text: string): SourceMap {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by esbuild
  const { sources = [], mappings = "" } = JSON.parse(text) as Partial<SourceMap>;
  return { sources, mappings };
}

/** `@backworks/pdk` is this package, not what node_modules of the plugin may hold. */
function pdkModules(): Plugin {
  return {
    name: "backworks-pdk",
    setup(build) {
      build.onResolve({ filter: /^@backworks\/pdk(\/runtime\/install)?$/ }, ({ path }) => {
        const name = path === "@backworks/pdk" ? "index" : path.slice("@backworks/pdk/".length);
        return { path: `${name}${EXTENSION}`, namespace: PDK_NAMESPACE };
      });
      build.onResolve({ filter: /^\./, namespace: PDK_NAMESPACE }, ({ path, importer }) => ({
        path: join(importer, "..", path),
        namespace: PDK_NAMESPACE,
      }));
      build.onLoad({ filter: /./, namespace: PDK_NAMESPACE }, async ({ path }) => ({
        contents: await readFile(join(PDK, path), "utf8"),
        loader: EXTENSION === ".ts" ? "ts" : "js",
      }));
    },
  };
}

/** Node's modules do not exist in the sandbox; npm packages of their names may. */
export function refuseNode(): Plugin {
  const names = new Set(builtinModules.filter((name) => !name.startsWith("_")));
  return {
    name: "backworks-refuse-node",
    setup(build) {
      build.onResolve({ filter: /^[a-z_:/]+$/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === "asked" || resolveDir === "") return undefined;
        const isNode = path.startsWith("node:");
        if (!isNode && !names.has(path)) return undefined;
        if (!isNode) {
          const found = await build.resolve(path, { kind, resolveDir, pluginData: "asked" });
          if (found.errors.length === 0) return found;
        }
        const notes = [
          {
            text: "use what the language and @backworks/pdk have, or a package without Node built-ins",
          },
        ];
        return {
          errors: [{ text: `"${path}" is a part of Node, which a plugin does not have`, notes }],
        };
      });
    },
  };
}

/** The bundler would leave the import as it is, for a browser to follow. */
function refuseUrls(): Plugin {
  return {
    name: "backworks-refuse-urls",
    setup(build) {
      build.onResolve({ filter: /^(https?:)?\/\// }, ({ path }) => ({
        errors: [{ text: `"${path}" is on the net: install the package with npm instead` }],
      }));
    },
  };
}

export function isBuildFailure(failure: unknown): failure is BuildFailure {
  return failure instanceof Error && "errors" in failure && Array.isArray(failure.errors);
}

export function toBuildError(messages: readonly Message[]): BuildError {
  const [first, ...others] = messages;
  if (first === undefined) return new BuildError("source_invalid", "esbuild gave no reason");
  const { text, notes } = explainMessage(first);
  const shown = others.slice(0, ERRORS_MAX - 1).flatMap((message) => {
    const explained = explainMessage(message);
    const { location } = message;
    return [printMessage({ text: explained.text, location }), ...explained.notes.map(printMessage)];
  });
  const more = others.length < ERRORS_MAX ? [] : [`${others.length - ERRORS_MAX + 1} more`];
  return new BuildError("source_invalid", text, {
    position: positionOf(first),
    notes: [...new Set([...notes.map(printMessage), ...shown, ...more])],
  });
}

function printMessage(message: Pick<Message, "text" | "location">): string {
  const { location } = message;
  // Notes that stand above an excerpt of the file end in a colon.
  const text = message.text.replace(/:$/, "");
  if (location === null) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function positionOf({ location }: Message): BuildPosition | undefined {
  if (location === null) return undefined;
  return { file: location.file, line: location.line, column: location.column + 1 };
}
