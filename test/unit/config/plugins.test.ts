import { join } from "node:path";
import { expect, test } from "vitest";
import { loadText, printWarnings, problemsOf } from "./load-text.ts";

test("the map form of the original's code", async () => {
  const { plugins, directory } = await loadText(`
plugins:
  weather:
    enabled: true
    plugin_type: external
    path: ./plugins/weather.wasm
    config: { units: metric }
  off: { enabled: false, path: ./libold.so }
  bare:
`);
  expect(plugins).toMatchObject([
    {
      name: "weather",
      enabled: true,
      path: join(directory, "plugins/weather.wasm"),
      critical: undefined,
      config: { units: "metric" },
      position: { line: 3, column: 3 },
    },
    { name: "off", enabled: false, path: join(directory, "libold.so"), config: {} },
    { name: "bare", enabled: true, path: undefined, config: {} },
  ]);
});

test("the map form of the original's docs, and its version, which is not compared", async () => {
  const config = await loadText(`
plugins:
  weather: { type: external, version: "1.0.0", path: /opt/w.wasm, critical: true, config: {} }
  proxy: { type: builtin }
  bought: { type: marketplace, path: ./b.wasm }
`);
  expect(config.plugins).toMatchObject([
    { name: "weather", path: "/opt/w.wasm", critical: true },
    { name: "proxy", path: undefined, critical: undefined },
    { name: "bought" },
  ]);
  expect(printWarnings(config)).toEqual([
    "3:30 plugins.weather.version: versions are not compared: name the exact file as path",
    "4:12 plugins.proxy.type: builtin has no effect, proxy is loaded as a .wasm file like every plugin",
    "5:13 plugins.bought.type: marketplace has no effect, bought is loaded as a .wasm file like every plugin",
  ]);
});

test("the list form names plugins by type, and their settings stay theirs", async () => {
  const { plugins } = await loadText(
    `
plugins:
  - type: auth
    config: { enabled: true, jwt_secret: "\${SECRET}", token_expiry_minutes: 60 }
  - type: sqlite
`.replaceAll("\\", ""),
    { SECRET: "007" },
  );
  expect(plugins).toMatchObject([
    {
      name: "auth",
      enabled: true,
      config: { enabled: true, jwt_secret: "007", token_expiry_minutes: 60 },
    },
    { name: "sqlite", config: {} },
  ]);
});

test("auto_discover is plugin_discovery, and both together are refused", async () => {
  const config = await loadText("plugins: {auto_discover: {enabled: false, directories: [p]}}");
  expect(config.plugins).toEqual([]);
  expect(config.discovery).toEqual({
    enabled: false,
    directories: [join(config.directory, "p")],
    recursive: false,
  });
  expect(await problemsOf("plugin_discovery: {}\nplugins: {auto_discover: {}}")).toEqual([
    "2:11 config_invalid plugins.auto_discover: it means the same as plugin_discovery: keep one of them",
  ]);
});

test("positions of settings are known by JSON pointer, in whichever file they stand", async () => {
  const config = await loadText(
    "plugins:\n  w:\n    config_file: ./w.json\n    config:\n      units: metric\n      a/b: [1]\n",
    { CITY: "Bonn" },
    {
      "w.json": '{\n  "units": "imperial",\n  "stations": [{"icao": "EDDK", "city": "${CITY}"}]\n}',
    },
  );
  const [plugin] = config.plugins;
  expect(plugin?.config).toEqual({
    stations: [{ icao: "EDDK", city: "Bonn" }],
    units: "metric",
    "a/b": [1],
  });
  const at = (pointer: string): unknown => plugin?.configPositions.get(pointer);
  expect(at("/units")).toMatchObject({ file: config.file, line: 5 });
  expect(at("/a~1b/0")).toMatchObject({ file: config.file, line: 6, column: 13 });
  expect(at("/stations/0/icao")).toMatchObject({ file: join(config.directory, "w.json"), line: 3 });
  expect(at("")).toMatchObject({ file: config.file });
});

test("a settings file alone is enough", async () => {
  const { plugins } = await loadText(
    "plugins: {w: {config_file: w.yaml}}",
    {},
    { "w.yaml": "a: 1" },
  );
  expect(plugins[0]?.config).toEqual({ a: 1 });
});

const SETTINGS_FILES: readonly [content: string, problem: RegExp][] = [
  [
    "[1]",
    /w\.json:1:1 config_invalid plugins\.w\.config_file: expected a map of keys in .*w\.json$/,
  ],
  ['{"a": }{', /w\.json:1:\d+ config_syntax /],
  [
    '{"a": "${NONE}"}',
    /w\.json:1:7 config_variable_missing the environment variable NONE is not set/,
  ],
];

test.each(SETTINGS_FILES)(
  "the settings file %s is refused at its own place",
  async (content, problem) => {
    const problems = await problemsOf(
      "plugins: {w: {config_file: w.json}}",
      {},
      { "w.json": content },
    );
    expect(problems[0]).toMatch(problem);
  },
);

test("a settings file that does not exist is a problem of the key that names it", async () => {
  const problems = await problemsOf(
    "name: x\nplugins: {w: {config_file: w.json}, v: {path: v.dll}}",
  );
  expect(problems[0]).toMatch(
    /^2:15 config_invalid plugins\.w\.config_file: .*w\.json does not exist$/,
  );
  expect(problems[1]).toMatch(/^2:41 config_unsupported /);
});

const MALFORMED: readonly [plugins: string, problem: string][] = [
  [
    "{w: {path: ./w.so}}",
    "1:15 config_unsupported plugins.w.path: native libraries (.so) are not loaded, plugins are WebAssembly modules: build w as .wasm and name that file",
  ],
  [
    "{w: {path: ./W.DLL}}",
    "1:15 config_unsupported plugins.w.path: native libraries (.dll) are not loaded, plugins are WebAssembly modules: build w as .wasm and name that file",
  ],
  [
    "{w: {type: marketplace}}",
    "1:15 config_unsupported plugins.w.type: plugins are not downloaded at start: save w.wasm and name it as path",
  ],
  [
    "{w: {type: native}}",
    '1:21 config_invalid plugins.w.type: expected "builtin", "external" or "marketplace", found "native"',
  ],
  [
    "{w: {hooks: [before_request], exclude_paths: [/a]}}",
    "1:15 config_unsupported plugins.w.hooks: the hooks of a plugin are in its manifest: remove it",
  ],
  [
    "{My_Plugin: {}}",
    '1:11 config_invalid plugins.My_Plugin: expected a key that is text of lower case letters, digits and hyphens, a letter first, at most 64 characters, such as "weather" or "rate-limit"',
  ],
  [
    "{w: {confg: {}}}",
    "1:15 config_unknown_key plugins.w.confg: unknown key, did you mean config?",
  ],
  [
    "{w: {config: [1]}}",
    "1:15 config_invalid plugins.w.config: expected a map or nothing, found a list",
  ],
  ["[{config: {}}]", '1:11 config_invalid plugins[0]: the key "type" is missing'],
  [
    "[{type: a}, {type: a}]",
    "1:22 config_invalid plugins[1]: the plugin a is already set in line 1",
  ],
];

test.each(MALFORMED)("plugins: %s is refused with its place", async (plugins, problem) => {
  expect((await problemsOf(`plugins: ${plugins}`))[0]).toBe(problem);
});
