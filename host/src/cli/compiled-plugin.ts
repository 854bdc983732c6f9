import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { BackworksError } from "../lib/errors.ts";
import { SIDECAR } from "../plugins/manifest-file.ts";

/** Languages by the endings of their sources. */
const LANGUAGES: readonly (readonly [language: string, ending: RegExp])[] = [
  ["C", /\.c$/],
  ["C++", /\.(?:cpp|cc|cxx)$/],
  ["Rust", /\.rs$/],
  ["Go", /\.go$/],
  ["Zig", /\.zig$/],
  ["WebAssembly text", /\.wat$/],
];

/** What makes a module, by the file that says how. */
const MAKERS: readonly (readonly [file: string, command: string])[] = [
  ["Makefile", "make"],
  ["makefile", "make"],
  ["Cargo.toml", "cargo build --release --target wasm32-unknown-unknown"],
];

/** Where makers put modules: the first of these folders that has one. */
const OUTPUTS = ["dist", ".", "target/wasm32-unknown-unknown/release"] as const;

const TYPESCRIPT = /(?<!\.(?:test|spec|config|d))\.[cm]?[jt]s$/;

/** The folder of a plugin that another compiler than ours makes. */
export interface CompiledPlugin {
  readonly folder: string;
  /** Undefined when no source tells. */
  readonly language: string | undefined;
  /** What to run for its module; undefined when only its author knows. */
  readonly command: string | undefined;
  /** Those that are made already, absolute. */
  readonly modules: readonly string[];
  readonly sources: readonly string[];
}

/**
 * The plugin in a folder without TypeScript, or of a file in one; undefined for one that is ours to
 * build, and for what is no plugin.
 */
export async function findCompiled(path: string): Promise<CompiledPlugin | undefined> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  if (isFile && TYPESCRIPT.test(path)) return undefined;
  const folder = isFile ? dirname(path) : path;
  const names = await list(folder);
  const files = [...names, ...(await list(join(folder, "src"))).map((name) => join("src", name))];
  const isNamed = names.some((name) => name.endsWith(SIDECAR));
  if (!isNamed && (await isOurs(folder, files))) return undefined;
  const [language] = LANGUAGES.find(([, ending]) => files.some((file) => ending.test(file))) ?? [];
  const sources = files.filter((file) => LANGUAGES.some(([, ending]) => ending.test(file)));
  const modules = await findModules(folder);
  const isPlugin = names.includes("plugin.yaml") ? language !== undefined : modules.length > 0;
  if (!isNamed && !isPlugin) return undefined;
  const [, command] = MAKERS.find(([file]) => names.includes(file)) ?? [];
  return { folder, language, command, modules, sources };
}

/** A plugin.yaml may name its source, wherever that is. */
async function isOurs(folder: string, files: readonly string[]): Promise<boolean> {
  if (files.some((file) => TYPESCRIPT.test(file))) return true;
  const manifest = await readFile(join(folder, "plugin.yaml"), "utf8").catch(() => "");
  return /^entry\s*:/m.test(manifest);
}

async function findModules(folder: string): Promise<string[]> {
  for (const output of OUTPUTS) {
    const names = (await list(join(folder, output))).filter((name) => name.endsWith(".wasm"));
    if (names.length > 0) return names.map((name) => join(folder, output, name));
  }
  return [];
}

/** None of what is no folder. */
async function list(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((): string[] => [])).toSorted();
}

/** Why `command` cannot build it, and what does. */
export function notTypeScript(plugin: CompiledPlugin, directory: string): BackworksError {
  const where = relative(directory, plugin.folder);
  const test = `backworks plugin test ${where}`.trimEnd();
  const message = [
    `${describe(plugin, directory)}, and only TypeScript is built here`,
    `its module comes from its own compiler: ${makeIt(plugin, directory)}`,
    `then ${test} runs its cases, and backworks start --watch serves it`,
  ];
  return new BackworksError("build_not_typescript", message.join("\n"));
}

/**
 * The module that is made of it. Throws `build_not_typescript` when there is none yet.
 * `note` is told when a source is newer.
 */
export async function findModule(
  plugin: CompiledPlugin,
  directory: string,
  note: (sentence: string) => void,
): Promise<string> {
  const { modules, sources, folder } = plugin;
  const [module, ...others] = modules;
  if (module === undefined) {
    const message = `${describe(plugin, directory)} that is not built yet: ${makeIt(plugin, directory)}`;
    throw new BackworksError("build_not_typescript", message);
  }
  if (others.length > 0) {
    const names = modules.map((file) => relative(directory, file)).join(", ");
    throw new BackworksError("usage", `there are several modules: name one of ${names}`);
  }
  const madeMs = await changedMs(module);
  for (const source of sources) {
    if ((await changedMs(join(folder, source))) <= madeMs) continue;
    note(`${relative(directory, module)} is older than ${source}: ${makeIt(plugin, directory)}`);
    break;
  }
  return module;
}

function describe({ folder, language }: CompiledPlugin, directory: string): string {
  const where = relative(directory, folder) || "this folder";
  return `${where} holds a plugin in ${language ?? "another language"}`;
}

function makeIt({ command, folder }: CompiledPlugin, directory: string): string {
  const where = relative(directory, folder);
  if (command === undefined) {
    return "compile it to NAME.wasm, with its manifest beside it as NAME.plugin.yaml";
  }
  return where === "" ? `run ${command}` : `run ${command} in ${where}`;
}

async function changedMs(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
