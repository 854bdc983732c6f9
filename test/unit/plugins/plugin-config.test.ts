import { expect, test } from "vitest";
import { parseManifest } from "../../../host/src/config/manifest.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { BackworksError, BackworksErrors } from "../../../host/src/lib/errors.ts";
import {
  checkPluginConfig,
  type WrittenSettings,
} from "../../../host/src/plugins/plugin-config.ts";

const HOOKS = { before_request: {} };
const DROPPED_IN: WrittenSettings = {
  config: {},
  position: { file: "backworks.yaml" },
  configPositions: new Map(),
};
const SCHEMA = {
  type: "object",
  required: ["city", "unit"],
  properties: { city: { minLength: 3 } },
};

function refusals(config_schema: JsonObject, settings: WrittenSettings): readonly BackworksError[] {
  const written = { abi: 1, name: "weather", version: "1.0.0", hooks: HOOKS, config_schema };
  try {
    checkPluginConfig("weather", parseManifest(written, "weather.wasm"), settings);
    return [];
  } catch (thrown) {
    if (thrown instanceof BackworksErrors) return thrown.errors;
    if (thrown instanceof BackworksError) return [thrown];
    throw thrown;
  }
}

test("a plugin that was only dropped in is told where its configuration is written", () => {
  const errors = refusals(SCHEMA, DROPPED_IN);
  expect(errors.map(({ message }) => message)).toEqual([
    'plugins.weather.config: the key "city" is missing',
    [
      'plugins.weather.config: the key "unit" is missing; write it in the configuration:',
      "plugins:",
      "  weather:",
      "    config:",
      "      city: …",
      "      unit: …",
    ].join("\n"),
  ]);
});

test("who has another place for a configuration says so in its own words", () => {
  const [error] = refusals({ required: ["city"] }, { ...DROPPED_IN, advice: "; use --config" });
  expect(error?.message).toBe('plugins.weather.config: the key "city" is missing; use --config');
});

test("a configuration that is written has a place to point to, and needs no advice", () => {
  const at = { file: "backworks.yaml", line: 7, column: 5 };
  const errors = refusals(SCHEMA, {
    config: { city: "X", unit: "C" },
    position: { ...at, line: 2 },
    configPositions: new Map([["/city", at]]),
  });
  expect(errors.map(({ message, position }) => ({ message, position }))).toEqual([
    {
      message:
        "plugins.weather.config.city: expected a value of at least 3 characters, found text of 1 characters",
      position: at,
    },
  ]);
});

test("a schema that is none is the fault of the plugin", () => {
  const [error] = refusals({ type: "strng" }, DROPPED_IN);
  expect(error).toMatchObject({
    code: "plugin_manifest_invalid",
    message: expect.stringMatching(
      /^config_schema is no usable JSON Schema: type: expected "array", .* found "strng"$/,
    ),
  });
});
