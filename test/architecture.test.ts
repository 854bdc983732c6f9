import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = new URL("..", import.meta.url).pathname;
const HOST = join(ROOT, "host/src");

/** Who may import whom inside the host; every room may also import itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  contracts: ["lib"],
  wasm: ["lib"],
  config: ["lib", "contracts"],
  abi: ["lib", "contracts", "wasm"],
  sandbox: ["lib", "contracts", "wasm", "abi"],
  executor: ["lib", "contracts", "wasm", "abi", "sandbox"],
  plugins: ["lib", "contracts", "wasm", "config", "abi", "sandbox", "executor"],
  pipeline: ["lib", "contracts"],
  modes: ["lib", "contracts"],
  connectors: ["lib", "contracts"],
  http: ["lib", "contracts"],
  app: "lib contracts wasm config abi sandbox executor plugins pipeline modes connectors http".split(
    " ",
  ),
  workbench: "lib contracts wasm config abi sandbox plugins pipeline".split(" "),
  cli: "lib contracts wasm config abi sandbox executor plugins app workbench".split(" "),
};

/** Packages that only some rooms may know. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@backworks/pdk": ["cli"],
  "@extism/extism": ["sandbox"],
  ajv: ["config"],
  "ajv-formats": ["config"],
  commander: ["cli"],
  express: ["http"],
  pino: ["lib"],
  "prom-client": ["executor"],
  "pino-pretty": ["cli"],
  re2js: ["config"],
  semver: ["plugins"],
  yaml: ["config"],
};

/** What the packages' `exports` name. */
const PUBLIC: ReadonlySet<string> = new Set(["index.ts", "plugin.ts"]);

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(directory, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/(?:^|\s)(?:import|export)\b[^;"']*?from\s+["']([^"']+)["']/g);
  const dynamic = text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g);
  const bare = text.matchAll(/^import\s+["']([^"']+)["']/gm);
  return [...found, ...dynamic, ...bare].map((match) => ({ file, specifier: match[1] ?? "" }));
}

function roomOf(file: string): string {
  return relative(HOST, file).split("/")[0] ?? "";
}

const hostImports = sources(HOST).flatMap(importsOf);

test("the import table knows every room of the host", () => {
  const rooms = readdirSync(HOST, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(rooms.filter((room) => ROOMS[room] === undefined)).toEqual([]);
});

test("imports between the rooms of the host run one way", () => {
  const wrong = hostImports
    .filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const from = roomOf(file);
      const to = roomOf(join(file, "..", specifier));
      // These are the public API: they may name any room, and no room may import them.
      if (PUBLIC.has(from)) return false;
      return from !== to && !(ROOMS[from] ?? []).includes(to);
    })
    .map(({ file, specifier }) => `${relative(ROOT, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test("a package is known only to the rooms that own it", () => {
  const wrong = hostImports
    .filter(({ file, specifier }) => {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) return false;
      const parts = specifier.split("/");
      const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
      return !(PACKAGES[name] ?? []).includes(roomOf(file));
    })
    .map(({ file, specifier }) => `${relative(ROOT, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test("wasm is pure functions on bytes: it imports nothing from Node", () => {
  const wrong = hostImports
    .filter(({ file, specifier }) => roomOf(file) === "wasm" && specifier.startsWith("node:"))
    .map(({ file, specifier }) => `${relative(ROOT, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test("of the PDK only the test kit imports the host, by its public name", () => {
  const pdk = join(ROOT, "pdk-ts/src");
  const wrong = sources(pdk)
    .flatMap(importsOf)
    .filter(({ file, specifier }) => {
      if (!specifier.includes("@backworks/host") && !specifier.includes("host/")) return false;
      const isKit = relative(pdk, file).startsWith("testing/");
      return !isKit || specifier !== "@backworks/host/plugin";
    })
    .map(({ file, specifier }) => `${relative(ROOT, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test("only package indexes and tool configurations gather or default-export", () => {
  const wrong = [...sources(HOST), ...sources(join(ROOT, "pdk-ts/src"))]
    .filter((file) => /^export default\b/m.test(readFileSync(file, "utf8")))
    .map((file) => relative(ROOT, file));
  expect(wrong).toEqual([]);
});
