import { describe, expect, test } from "vitest";
import type { BuiltPlugin } from "@backworks/pdk/build";
import type { Series } from "../../../host/src/sandbox/capabilities/metrics.ts";
import { buildFiles, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";
import type { ReceivedRequest } from "../capabilities/http-support.ts";
import { TARGETS, type Target } from "./fast-plugins.ts";
import { startTestHost } from "./host-doubles.ts";
import { HOST_CASES, sourceOf, type HostCase } from "./portable-host.ts";

const HOOKS = { process_endpoint: { reads: { headers: ["x-origin"] } } };

async function buildCase(target: Target, given: HostCase): Promise<BuiltPlugin> {
  const { capabilities } = given;
  const manifest = manifestOf(HOOKS, { target, capabilities });
  return buildFiles({ "plugin.yaml": manifest, "src/plugin.ts": sourceOf(given) });
}

function print({ method, url, headers, body }: ReceivedRequest): string {
  const own = [headers["content-type"], headers["x-a"], headers["x-b"]].filter(Boolean);
  return [method, url, own.join("|"), body].join(" ");
}

function printFigure({ kind, name, labels, value }: Series): string {
  return [kind, name, JSON.stringify(Object.fromEntries(labels)), value].join(" ");
}

describe.each(TARGETS)("in the %s target", (target) => {
  test.each(HOST_CASES)("$name answers as in the other", async (given) => {
    const built = await buildCase(target, given);
    const { services, clock, server, asked } = await startTestHost();
    clock.advance(12);
    const plugin = await runPlugin(built, { services, clock });
    for (const [path, answer] of given.answers) {
      const head = headOf(`GET ${path}`, [`x-origin: http://127.0.0.1:${server.port}`]);
      const said = await plugin
        .call("process_endpoint", head)
        .then((output) => output.slice(output.indexOf("\n\n") + 2), String);
      if (typeof answer === "string") expect(said).toBe(answer);
      else expect(said).toMatch(answer);
    }
    expect(asked).toEqual(given.asked ?? []);
    expect(server.requests.map(print)).toEqual(given.sent ?? []);
    expect(services.metrics?.snapshot().map(printFigure)).toEqual(given.figures ?? []);
  });
});
