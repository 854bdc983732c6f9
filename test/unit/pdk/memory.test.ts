import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createGuest } from "../../../host/src/sandbox/guest.ts";
import { recordLogs } from "../../support/log-records.ts";
import { buildSource, headOf } from "../../support/plugins.ts";

/** Allocates all the time, makes circles that only the collector frees, and fails now and then. */
const SOURCE = `
import { Reply, type Request } from "@backworks/pdk";
let calls = 0;
export async function processEndpoint(request: Request): Promise<Reply> {
  calls += 1;
  const words = request.text().split(" ");
  const circle: { words: string[]; self?: unknown } = { words };
  circle.self = circle;
  await Promise.resolve();
  if (calls % 10 === 0) throw new Error("every tenth: " + words.join("-"));
  const reply = Reply.json(200, [...new Set(words)].toReversed());
  reply.setHeader("x-calls", String(calls));
  return reply;
}`;

const HEAD = headOf("POST /");
const BODY = Buffer.from("the quick brown fox jumps over the lazy dog and the café 😀");
/** A million takes half a minute. */
const CALLS = Number(process.env["BACKWORKS_CALLS"] ?? 50_000);
const WARM_UP = 2000;

test(
  `memory of a plugin in TypeScript is flat over ${CALLS} calls that fail now and then`,
  async () => {
    const { bytes } = await buildSource(SOURCE, { process_endpoint: { reads: { body: "text" } } });
    const records: CallRecord[] = [];
    const guest = await createGuest({
      name: "hungry",
      module: await compileModule(bytes),
      config: {},
      logger: recordLogs("silent").logger,
      // Neither its age nor its size may replace it: what it keeps must show.
      limits: { recycleCalls: Infinity, recycleBytes: Infinity },
      onCall: (record) => records.splice(0, 1, { ...record }),
    });
    const once = async (): Promise<string> =>
      guest.call("process_endpoint", { head: HEAD, body: BODY }, String);
    const run = async (count: number): Promise<number> => {
      let failed = 0;
      for (let call = 0; call < count; call++) await once().catch(() => failed++);
      return failed;
    };
    await run(WARM_UP);
    const before = records[0]?.memoryBytes;
    expect(await run(CALLS)).toBe(CALLS / 10);
    expect(records[0]?.memoryBytes).toBe(before);
    // It was one instance all the time.
    expect(await once()).toContain(`x-calls: ${WARM_UP + CALLS + 1}`);
  },
  Math.max(60_000, CALLS),
);
