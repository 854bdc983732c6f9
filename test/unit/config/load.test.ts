import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../../host/src/config/load.ts";
import { TestFolder } from "../../support/folder.ts";
import { loadText, printWarnings, problemsOf } from "./load-text.ts";

test("every default is applied in one place", async () => {
  await using folder = await TestFolder.create({ "backworks.yaml": "endpoints:\nserver:\n" });
  const file = join(folder.path, "backworks.yaml");
  const config = await loadConfig(file, {});
  expect(config).toEqual({
    file,
    directory: folder.path,
    name: expect.stringMatching(/^backworks-test-/),
    description: "",
    version: "",
    server: { host: "0.0.0.0", port: 8080, bodyBytesMax: 1_048_576, drainMs: 10_000 },
    logging: { level: "info", format: "auto" },
    metrics: { enabled: true, path: "/metrics" },
    discovery: {
      enabled: true,
      directories: [join(folder.path, "plugins"), join(folder.path, "external_plugins")],
      recursive: false,
    },
    dataDirectory: join(folder.path, ".backworks"),
    cacheDirectory: join(folder.path, ".backworks/cache"),
    isolation: "shared",
    plugins: [],
    endpoints: [],
    warnings: [],
  });
});

test("what is written stands above the defaults", async () => {
  const config = await loadText(
    `
name: shop
description: Sells things
version: 1.5
server: { host: "::1", port: "\${PORT}", body_bytes_max: 10, drain_ms: 0 }
logging: { level: silent, format: json }
plugin_discovery: { enabled: false, directories: ["/opt/plugins", ../more], recursive: true }
data_dir: ../data
`.replace('"${PORT}"', "0"),
  );
  expect(config).toMatchObject({
    name: "shop",
    description: "Sells things",
    version: "1.5",
    server: { host: "::1", port: 0, bodyBytesMax: 10, drainMs: 0 },
    logging: { level: "silent", format: "json" },
    discovery: {
      enabled: false,
      directories: ["/opt/plugins", join(config.directory, "../more")],
      recursive: true,
    },
    dataDirectory: join(config.directory, "../data"),
  });
});

test("a variable without quotes keeps its type, with quotes it stays text", async () => {
  const env = { PORT: "9000" };
  expect((await loadText("server:\n  port: ${PORT}\n", env)).server.port).toBe(9000);
  expect(await problemsOf('server: {port: "${PORT}"}', env)).toEqual([
    "1:16 config_invalid server.port: expected an integer from 0 to 65535, found another value from ${PORT}, as text: remove the quotes around it",
  ]);
});

test("what came from the environment is never shown", async () => {
  const problems = await problemsOf("server:\n  port: ${PORT}\n", { PORT: "s3cret" });
  expect(problems).toEqual([
    "2:9 config_invalid server.port: expected an integer from 0 to 65535, found another value from ${PORT}",
  ]);
});

test("all problems of a file are told at once, in its order", async () => {
  expect(
    await problemsOf(`security: { authentication: { type: jwt } }
server: { port: eighty, hots: a }
name: \${NAME}
logging: { level: loud }
nothing_of_ours: 1
`),
  ).toEqual([
    "1:13 config_unsupported security.authentication: authentication is not part of this release, everybody could call: put a reverse proxy in front, or use a critical plugin with a before_request hook",
    '2:17 config_invalid server.port: expected an integer from 0 to 65535, found "eighty"',
    "2:25 config_unknown_key server.hots: unknown key, did you mean host?",
    "3:7 config_variable_missing the environment variable NAME is not set: set it, or write ${NAME:-default}",
    '4:19 config_invalid logging.level: expected "trace", "debug", "info", "warn", "error" or "silent", found "loud"',
    "5:1 config_unknown_key nothing_of_ours: unknown key, expected one of name, description, version, mode, server, logging, monitoring, data_dir, cache_dir, plugin_discovery, isolation, plugins, endpoints",
  ]);
});

test("of very many problems the first fifty are told, and the number of the others", async () => {
  const keys = Array.from({ length: 70 }, (_, at) => `k${at}: 1\n`).join("");
  const problems = await problemsOf(keys);
  expect(problems).toHaveLength(51);
  expect(problems.at(-1)).toBe("50:1 config_unknown_key 20 more problems are not listed");
});

const MALFORMED: readonly [text: string, problem: string][] = [
  ["- a", "1:1 config_invalid the file: expected a map, found a list"],
  ["text", '1:1 config_invalid the file: expected a map, found "text"'],
  ["name: 5", "1:7 config_invalid name: expected text, found 5"],
  ["name: ''", '1:7 config_invalid name: expected text of 1 to 100 characters, found ""'],
  ["server: 5", "1:9 config_invalid server: expected a map or nothing, found 5"],
  [
    "server: {port: 70000}",
    "1:16 config_invalid server.port: expected an integer from 0 to 65535, found 70000",
  ],
  [
    "server: {port: 80.5}",
    "1:16 config_invalid server.port: expected an integer from 0 to 65535, found 80.5",
  ],
  [
    "plugin_discovery: {directories: ./p}",
    '1:33 config_invalid plugin_discovery.directories: expected a list, found "./p"',
  ],
  [
    "plugin_discovery: {directories: [5]}",
    "1:34 config_invalid plugin_discovery.directories[0]: expected text, found 5",
  ],
  ['"na\\u001bme": 1', '1:1 config_unknown_key ["na\\u001bme"]: unknown key, did you mean name?'],
  [
    "constructor: 1",
    "1:1 config_unknown_key constructor: unknown key, expected one of name, description, version, mode, server, logging, monitoring, data_dir, cache_dir, plugin_discovery, isolation, plugins, endpoints",
  ],
];

test.each(MALFORMED)("%s is refused with its place", async (text, problem) => {
  expect(await problemsOf(text)).toEqual([problem]);
});

test("a file that cannot be read as YAML says so before anything else", async () => {
  const [problem] = await problemsOf("server: {port: \nname: x");
  expect(problem).toMatch(/^\d+:\d+ config_syntax /);
});

test("a configuration without warnings has none", async () => {
  expect(printWarnings(await loadText("name: a"))).toEqual([]);
});

test("a discovery directory that is a file is warned of where it is written", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": "plugin_discovery:\n  directories: [./plugins]\n",
    plugins: "a file",
  });
  const { warnings } = await loadConfig(join(folder.path, "backworks.yaml"), {});
  expect(warnings).toEqual([
    {
      message: `plugin_discovery.directories: ${join(folder.path, "plugins")} is no directory, so no plugins are found in it`,
      position: { file: join(folder.path, "backworks.yaml"), line: 2, column: 3 },
    },
  ]);
});
