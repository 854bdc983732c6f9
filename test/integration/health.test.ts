import { createServer } from "node:http";
import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { scripted } from "../support/scripted.ts";

const SEND = `(import "extism:host/user" "bw_http_send" (func $send (param i64 i64) (result i64)))`;

/** A server that answers when it is told to, and counts who asks. */
async function startSlow(): Promise<
  AsyncDisposable & { readonly origin: string; asked: number; answer: () => void }
> {
  const answered = Promise.withResolvers<void>();
  const slow = {
    origin: "",
    asked: 0,
    answer: () => answered.resolve(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer((_, response) => {
    slow.asked++;
    void answered.promise.then(() => response.end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  slow.origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return slow;
}

test("a plugin that waits is asked once for all who ask for its health and its figures meanwhile", async () => {
  await using slow = await startSlow();
  const module = scripted(
    (text) => ({
      health_check: `(drop (call $send ${text(`GET ${slow.origin}/health`)} (i64.const 0)))
        (call $say ${text('{"status":"healthy"}')})`,
      get_metrics: `(drop (call $send ${text(`GET ${slow.origin}/figures`)} (i64.const 0)))
        (call $say ${text('{"entries":3}')})`,
      process_endpoint: `(call $say ${text("\nserved")})`,
    }),
    SEND,
  );
  const hooks = { health_check: {}, get_metrics: {}, process_endpoint: {} };
  const capabilities = { http: { hosts: [slow.origin] } };
  await using app = await startTestApp({
    "backworks.yaml": JSON.stringify({
      endpoints: { work: { path: "/work", plugin: "waits" } },
      plugins: { waits: { grants: { http: { allow: [slow.origin], private: true } } } },
    }),
    "plugins/waits.wasm": withManifest(module, {
      abi: 1,
      name: "waits",
      version: "1.0.0",
      hooks,
      capabilities,
    }),
  });
  const paths = Array.from({ length: 40 }, (_, index) =>
    index % 2 === 0 ? "/health" : "/metrics",
  );
  const asking = paths.map(async (path) => (await app.fetch(path)).text());
  await expect.poll(() => slow.asked).toBe(2);
  expect(await (await app.fetch("/work")).text()).toBe("served");
  slow.answer();
  const answers = await Promise.all(asking);
  const expected = ['"status":"healthy"', 'plugin_entries{plugin="waits"} 3'];
  answers.forEach((answer, index) => expect(answer).toContain(expected[index % 2]));
  expect(slow.asked).toBe(2);
});
