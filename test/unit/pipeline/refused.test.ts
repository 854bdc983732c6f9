import { expect, test } from "vitest";
import type { ResponseMessage } from "../../../host/src/contracts/exchange.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { orderHooks } from "../../../host/src/pipeline/order.ts";
import { composePipeline } from "../../../host/src/pipeline/pipeline.ts";
import { answer, exchange, hook } from "./support.ts";

const ROUTE = { id: "users", path: "/users/{id}", methods: ["GET"] };

function fine(): ResponseMessage {
  return answer("fine");
}

test("a path that no request can have is refused with its plugin and hook", () => {
  const bad = hook("strict", { match: { paths: ["/a/../b"] } });
  expect(() => composePipeline(ROUTE, orderHooks([bad]), fine, () => undefined)).toThrow(
    expect.objectContaining({
      code: "plugin_manifest_invalid",
      message: expect.stringContaining(
        'plugin "strict": hooks.before_request.match.paths has "/a/../b"',
      ),
      details: { path: "/a/../b", plugin: "strict", hook: "before_request" },
    }),
  );
});

test("a stand-in speaks for itself: no hook of its plugin has failed", async () => {
  const refused = new BackworksError("plugin_unavailable", 'plugin "auth" was refused at start', {
    details: { plugin: "auth", reason: "plugin_malformed" },
  });
  const fail = (): never => {
    throw refused;
  };
  const pipeline = composePipeline(
    ROUTE,
    orderHooks([hook("auth", { critical: true, run: fail })]),
    fine,
    () => undefined,
  );
  await expect(async () => await pipeline(exchange())).rejects.toBe(refused);
});
