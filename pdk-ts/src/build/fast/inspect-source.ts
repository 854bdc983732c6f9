import type { Metafile } from "esbuild";
import { BuildError } from "../build-error.ts";
import { isBuildFailure, refuseNode, toBuildError } from "../bundle.ts";

export interface InspectedSource {
  /** Names that the entry exports. */
  readonly exports: readonly string[];
  /** Files that go into the plugin, relative to its folder. */
  readonly files: readonly string[];
  readonly sourceBytes: number;
}

const PDK = "@backworks/pdk";

/**
 * Reads the source as the full target does, by esbuild: what is no TypeScript, or imports what does
 * not exist, is refused in the same words by both. Packages are refused here.
 */
export async function inspectSource(folder: string, entry: string): Promise<InspectedSource> {
  if (!entry.endsWith(".ts")) {
    throw new BuildError(
      "source_invalid",
      `${entry} is not TypeScript: the fast target compiles .ts`,
    );
  }
  const esbuild = await import("esbuild");
  const { metafile } = await esbuild
    .build({
      entryPoints: [entry],
      absWorkingDir: folder,
      outfile: "plugin.js",
      write: false,
      bundle: true,
      format: "esm",
      target: "esnext",
      platform: "neutral",
      mainFields: ["module", "main"],
      external: [PDK],
      metafile: true,
      logLevel: "silent",
      plugins: [refuseNode()],
    })
    .catch((failure: unknown) => {
      throw isBuildFailure(failure) ? toBuildError(failure.errors) : failure;
    });
  refusePackages(metafile);
  return {
    exports: Object.values(metafile.outputs).flatMap((output) => output.exports),
    files: Object.keys(metafile.inputs),
    sourceBytes: Object.values(metafile.inputs).reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function refusePackages({ inputs }: Metafile): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const { path, original = path } of imports) {
      if (!path.includes("node_modules/") && path.endsWith(".ts")) continue;
      if (original === PDK) continue;
      const isPackage = path.includes("node_modules/");
      const what = isPackage ? "is an npm package" : "is no TypeScript";
      throw new BuildError(
        "source_invalid",
        `"${original}", which ${file} imports, ${what}: the fast target compiles the plugin's own .ts files`,
        { notes: ["copy what is needed of it into the plugin, or build with --target full"] },
      );
    }
  }
}
