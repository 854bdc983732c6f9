import { mkdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { BuildTarget } from "@backworks/pdk/build";
import { loadConfig } from "../../config/load.ts";
import type { Config } from "../../contracts/config.ts";
import type { Manifest } from "../../contracts/manifest.ts";
import { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { checkPluginBytes } from "../../plugins/check.ts";
import { buildSource, writeOut } from "../build-source.ts";
import { printBytes } from "../bytes.ts";
import type { Output, Terminal } from "../output.ts";
import { devConfig, secretVariable } from "./dev-config.ts";

/** Beside the sources: the application that `plugin dev` makes, and what the plugin keeps. */
const HOME = ".backworks/dev";

export interface DevOptions {
  /** The folder of the plugin, or its source file; absolute. */
  readonly source: string;
  /** Of its plugin.yaml, absolute. */
  readonly folder: string;
  readonly target: BuildTarget | undefined;
  /** An application to run the plugin in, absolute; else one is made around it. */
  readonly application: string | undefined;
  /** Configuration of the plugin for the application that is made, absolute. */
  readonly configFile: string | undefined;
  readonly port: number;
}

/** A plugin under work: its builds, and the application they end up in. */
export class DevSession {
  readonly #options: DevOptions;
  readonly #terminal: Terminal;
  readonly #output: Output;
  /** Secrets that are empty are named once, not with every build. */
  readonly #namedSecrets = new Set<string>();

  constructor(options: DevOptions, terminal: Terminal, output: Output) {
    this.#options = options;
    this.#terminal = terminal;
    this.#output = output;
  }

  /** Of the application. */
  get configFile(): string {
    const { application, folder } = this.#options;
    return application ?? join(folder, HOME, "backworks.yaml");
  }

  async loadApplication(): Promise<Config> {
    return loadConfig(this.configFile, this.#terminal.env);
  }

  /**
   * Builds the sources as they are now and puts the module where the application looks for it. Throws
   * what is wrong with them; the module of the last good build then stays.
   */
  async build(): Promise<void> {
    const { source, target, application } = this.#options;
    const { directory } = this.#terminal;
    const built = await buildSource(source, target, directory);
    const out = await this.#placeOf(String(built.manifest["name"]));
    const { manifest, bytes } = await checkPluginBytes(built.bytes, out);
    await writeChanged(out, bytes);
    if (application === undefined) await this.#makeApplication(manifest);
    for (const { message } of built.warnings) {
      this.#output.note(`${this.#output.noteStyle("yellow", "warning")} ${escapeText(message)}`);
    }
    this.#output.note(
      `${this.#output.noteStyle("green", "✓")} ${relative(directory, out)}  ${printBytes(bytes.length)}  ` +
        `built in ${Math.round(built.times.totalMs)} ms`,
    );
  }

  async #makeApplication(manifest: Manifest): Promise<void> {
    const text = JSON.stringify(devConfig({ ...this.#options, manifest }), null, 2);
    await writeChanged(this.configFile, new TextEncoder().encode(`${text}\n`));
    for (const name of manifest.capabilities.secrets) {
      const variable = secretVariable(name);
      const isSet = (this.#terminal.env[variable] ?? "") !== "";
      if (isSet || this.#namedSecrets.has(name)) continue;
      this.#namedSecrets.add(name);
      this.#output.note(`  secret ${name} is empty: set ${variable}`);
    }
  }

  async #placeOf(name: string): Promise<string> {
    const { application, folder } = this.#options;
    if (application === undefined) {
      const plugins = join(folder, HOME, "plugins");
      await mkdir(plugins, { recursive: true });
      return join(plugins, `${name}.wasm`);
    }
    const { plugins, discovery, file } = await this.loadApplication();
    const path = plugins.find((plugin) => plugin.name === name)?.path;
    const [first] = discovery.enabled ? discovery.directories : [];
    if (path !== undefined) return path;
    if (first !== undefined) return join(first, `${name}.wasm`);
    throw new BackworksError(
      "usage",
      `${file} has no place for the plugin: give it plugin_discovery.directories or plugins.${name}.path`,
    );
  }
}

/** The application starts anew when a file of it is written, so one that stays the same is not. */
async function writeChanged(file: string, bytes: Uint8Array): Promise<void> {
  const written = await readFile(file).catch(() => undefined);
  if (written?.equals(bytes) !== true) await writeOut(file, bytes);
}
