import { expect, test } from "vitest";
import { readManifestYaml } from "../../../host/src/config/manifest.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { partsOf } from "../../../host/src/lib/join-errors.ts";

test("a sidecar in YAML is read with line and column in its errors", () => {
  const text =
    "abi: 1\nname: weather\nversion: 1.0.0\nhooks:\n  process_endpoint:\n    reads: { body: text }\n";
  expect(readManifestYaml(text, "w.plugin.yaml").hooks.process_endpoint?.reads.body.mode).toBe(
    "text",
  );
  const misspelt = text.replace("reads", "raeds");
  expect(() => readManifestYaml(misspelt, "w.plugin.yaml")).toThrow(
    expect.objectContaining({
      code: "plugin_manifest_invalid",
      message: "hooks.process_endpoint.raeds: unknown key, did you mean reads?",
      position: { file: "w.plugin.yaml", line: 6, column: 5 },
    }),
  );
  expect(() => readManifestYaml("abi: 7\n", "w.plugin.yaml")).toThrow(
    expect.objectContaining({
      code: "plugin_abi_unsupported",
      position: { file: "w.plugin.yaml", line: 1, column: 1 },
    }),
  );
});

test("each problem of a sidecar has its own place, the value where that is wrong", () => {
  const text =
    "abi: 1\nname: Weather\nversion: 1.0.0\nhooks: {}\ncritical: maybe\nstatefull: true\n";
  const parts = placesOf(() => readManifestYaml(text, "w.plugin.yaml"));
  expect(parts).toEqual([
    [2, 7, expect.stringContaining("name: expected text of lower case letters")],
    [4, 1, "hooks: expected a map with more keys, at least 1, found an empty map"],
    [5, 11, expect.stringContaining("critical: expected true or false")],
    [6, 1, expect.stringContaining("statefull: unknown key")],
  ]);
  expect(placesOf(() => readManifestYaml("a: 1\na: 2\nb: 1\nb: 2\n", "w.plugin.yaml"))).toEqual([
    [2, 1, expect.stringContaining("a")],
    [4, 1, expect.stringContaining("b")],
  ]);
});

function placesOf(read: () => unknown): unknown[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return partsOf(error).map(({ position, message }) => [
      position?.line,
      position?.column,
      message,
    ]);
  }
  return [];
}

test.each(["abi: [1\n", "", "a: *a\n", "abi: 1\nabi: 1\n"])(
  "the sidecar %j is refused under the code of manifests",
  (text) => {
    expect(() => readManifestYaml(text, "w.plugin.yaml")).toThrow(
      expect.objectContaining({
        code: "plugin_manifest_invalid",
        position: expect.objectContaining({ line: expect.any(Number) }),
      }),
    );
  },
);
