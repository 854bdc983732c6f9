import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { Command } from "commander";
import { readConfigFile } from "../../config/file.ts";
import { toJson } from "../../config/node.ts";
import { readYaml } from "../../config/read.ts";
import { MANIFEST_SECTION } from "../../contracts/manifest.ts";
import { BackworksError } from "../../lib/errors.ts";
import { checkPlugin, checkPluginBytes, type CheckedPlugin } from "../../plugins/check.ts";
import { sidecarOf } from "../../plugins/manifest-file.ts";
import { readCustomSection } from "../../wasm/inspect.ts";
import { buildSource, writeOut } from "../build-source.ts";
import { printBytes } from "../bytes.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { loadPack } from "../load-pdk.ts";
import { Output, type Terminal } from "../output.ts";

interface PackOptions {
  readonly out?: string;
  readonly json: boolean;
}

export function addPackCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("pack")
    .description("pack a plugin for a registry: an OCI image layout in one tar file")
    .argument("<source>", "a .wasm file, or a folder with a plugin.yaml, which is built first")
    .option("-o, --out <file>", "file to write (default: NAME-VERSION.oci.tar)")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
The artifact has one layer, application/wasm, with its manifest in it: that of a NAME.plugin.yaml is
put there. The same plugin gives the same bytes; its time is SOURCE_DATE_EPOCH, or 1970.

Examples:
  backworks plugin pack hello
  backworks plugin pack dist/stamp.wasm -o stamp.oci.tar
  skopeo copy oci-archive:hello-1.0.0.oci.tar docker://registry.example.com/plugins/hello:1.0.0`,
    )
    .action(async (source: string, options: PackOptions) => pack(source, options, context));
}

async function pack(
  source: string,
  options: PackOptions,
  { terminal, finish }: CommandContext,
): Promise<void> {
  const output = new Output(terminal, options.json);
  const plugin = await output.during(`preparing ${source}`, async () =>
    readSource(resolve(terminal.directory, source), terminal),
  );
  const { packModule } = await loadPack();
  const { manifest, bytes: module, sha256 } = plugin;
  const { name, version } = manifest;
  const created = createdAt(terminal.env["SOURCE_DATE_EPOCH"]);
  const { bytes, digest } = packModule({ plugin: manifest, module, created });
  const out = resolve(terminal.directory, options.out ?? `${name}-${version}.oci.tar`);
  await writeOut(out, bytes);
  const file = relative(terminal.directory, out);
  output.line(
    `${output.style("green", "✓")} ${file}  ${name} ${version}  ${printBytes(bytes.length)}`,
  );
  output.line(`  ${digest}`);
  output.json({ ok: true, file: out, name, version, bytes: bytes.length, digest, sha256 });
  finish(EXIT.ok);
}

/** The plugin as one file, checked as the host will check it. */
async function readSource(path: string, { directory }: Terminal): Promise<CheckedPlugin> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const { bytes } = await buildSource(path, undefined, directory);
    return checkPluginBytes(bytes, path);
  }
  const plugin = await checkPlugin(path);
  if (readCustomSection(plugin.bytes, MANIFEST_SECTION) !== undefined) return plugin;
  const sidecar = sidecarOf(path);
  const manifest = toJson(readYaml(await readConfigFile(sidecar), sidecar));
  const { embedManifest } = await loadPack();
  return checkPluginBytes(embedManifest(plugin.bytes, manifest), path);
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function createdAt(epoch: string | undefined): string {
  const seconds = Number(epoch ?? 0);
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > 253_402_300_799) {
    const message = `SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}, expected seconds since 1970`;
    throw new BackworksError("usage", message);
  }
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
