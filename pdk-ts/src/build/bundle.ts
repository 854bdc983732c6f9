import type { BuildFailure, Message, Plugin } from "esbuild";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { InstallPlan } from "../runtime/install.ts";
import type { SourceLines } from "../runtime/bootstrap.ts";
import { BuildError, type BuildPosition } from "./build-error.ts";
import { explainMessage } from "./bundle-words.ts";
import { findCapabilityUses } from "./capability-uses.ts";
import type { CapabilityUses } from "./check-capabilities.ts";
import { PDK_NAMESPACE, pdkModules } from "./pdk-modules.ts";
import { toSourceLines, type SourceMap } from "./source-lines.ts";
import { WEB_GLOBALS, WEB_MODULES } from "./web-globals.ts";

export interface Bundle {
  /** A script, the same wherever the plugin's folder lies. */
  readonly code: string;
  readonly sourceLines: SourceLines;
  /** What esbuild has to say about the source: none of it stops the build. */
  readonly warnings: readonly BundleWarning[];
  /** Files that went into it, relative to the plugin's folder. */
  readonly files: readonly string[];
  readonly uses: CapabilityUses;
}

export interface BundleWarning {
  readonly message: string;
  readonly position: BuildPosition | undefined;
}

const ENTRY_FILE = "backworks-entry.ts";
/** The first errors are enough to see what kind of mistake it is. */
const ERRORS_MAX = 5;

/** Bundles the source with the parts of the PDK that it uses. */
export async function bundle(folder: string, entry: string, plan: InstallPlan): Promise<Bundle> {
  // Loaded here so that importing the build costs nothing until there is something to build.
  const esbuild = await import("esbuild");
  const result = await esbuild
    .build({
      stdin: { contents: printEntry(entry, plan), resolveDir: folder, sourcefile: ENTRY_FILE },
      absWorkingDir: folder,
      outfile: join(folder, "plugin.js"),
      write: false,
      bundle: true,
      format: "iife",
      // What QuickJS-NG has natively; decorators and `using` are translated.
      target: "es2024",
      platform: "neutral",
      mainFields: ["module", "main"],
      define: { "process.env.NODE_ENV": '"production"', ...WEB_GLOBALS },
      inject: [...WEB_MODULES],
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
  const text = code?.text ?? "";
  const output = Object.values(result.metafile.outputs).find(({ entryPoint }) => entryPoint);
  const inputs = Object.entries(output?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [input] : [],
  );
  return {
    code: text,
    sourceLines: toSourceLines(readMap(map?.text ?? "{}"), isShown),
    warnings: result.warnings.map((warning) => ({
      message: warning.text,
      position: positionOf(warning),
    })),
    files: Object.keys(result.metafile.inputs).filter(isShown),
    uses: await findCapabilityUses(folder, inputs.filter(isSource), text),
  };
}

function printEntry(entry: string, plan: InstallPlan): string {
  const makers = plan.hooks.map(({ hook }) => `${hook}: runners.${hook}`);
  return [
    'import { install } from "@backworks/pdk/runtime/install";',
    'import * as runners from "@backworks/pdk/runtime/runners";',
    `import * as source from ${JSON.stringify(`./${entry}`)};`,
    `install(source, ${JSON.stringify(plan)}, { ${makers.join(", ")} });`,
  ].join("\n");
}

/** The author's own files and libraries, not what this package adds. */
function isShown(source: string): boolean {
  return !source.startsWith(`${PDK_NAMESPACE}:`) && isSource(source);
}

function isSource(source: string): boolean {
  return source !== ENTRY_FILE;
}

function readMap(text: string): SourceMap {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by esbuild
  const { sources = [], mappings = "" } = JSON.parse(text) as Partial<SourceMap>;
  return { sources, mappings };
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
