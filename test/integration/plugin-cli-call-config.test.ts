import { describe, expect, test } from "vitest";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { run } from "../support/plugin-command.ts";
import { wat } from "../support/wat.ts";

describe("plugin call --config", () => {
  test.each([undefined, { type: "object", additionalProperties: false }])(
    "the configuration of an application is none of a plugin (schema %j)",
    async (config_schema) => {
      const module = wat('(module (func (export "process_endpoint") (result i32) (i32.const 0)))');
      const manifest = manifestOf("good", "process_endpoint", { config_schema });
      const files = {
        "good.wasm": withManifest(module, manifest),
        "backworks.yaml": "server: { port: 0 }\nendpoints: { a: { path: /, plugin: good } }\n",
      };
      const { exit, err } = await run(
        ["call", "good.wasm", "process_endpoint", "-c", "backworks.yaml"],
        files,
      );
      expect([exit, err]).toEqual([
        2,
        expect.stringContaining("--config is a file of what stands below plugins.good.config"),
      ]);
    },
  );

  test("a configuration that the plugin needs is missed before anything runs", async () => {
    const schema = { type: "object", required: ["station"] };
    const bytes = withManifest(
      answering("process_endpoint", ""),
      manifestOf("needy", "process_endpoint", { config_schema: schema }),
    );
    const { exit, err } = await run(["call", "b.wasm", "process_endpoint"], { "b.wasm": bytes });
    expect([exit, err]).toEqual([1, expect.stringMatching(/plugin_config_invalid[^]*station/)]);
  });
});
