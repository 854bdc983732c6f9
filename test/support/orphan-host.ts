/**
 * A host with one guest in a process, to be killed by a test: prints the guest's process id, and with
 * the argument `loop` keeps the guest in an endless loop.
 */
import { createLogger } from "../../host/src/lib/logger.ts";
import { createProcessGuest } from "../../host/src/sandbox/process/process-guest.ts";
import { wat } from "./wat.ts";

const LOOP = `(module
  (func (export "before_request") (result i32) (loop $again (br $again)) (i32.const 0)))`;

const write = (line: string): void => {
  const record: Readonly<Record<string, unknown>> = JSON.parse(line);
  if (record["pid"] !== undefined) pid = record["pid"];
};
let pid: unknown;
const logger = createLogger({ level: "debug", destination: { write } });
// More than the sandbox would ever take away before the test is over.
const limits = { call: { fuel: 1e15, timeMs: 600_000 } };
const guest = await createProcessGuest({
  name: "loop",
  bytes: wat(LOOP),
  config: {},
  logger,
  limits,
});
setInterval(() => undefined, 1000);
if (process.argv[2] === "loop") {
  const call = guest.call("before_request", { head: "", body: undefined }, () => undefined);
  Promise.resolve(call).catch(() => undefined);
}
// The call is on its way once this turn of the loop is over.
setImmediate(() => process.stdout.write(`${String(pid)}\n`));
if (process.argv[2] === "exit") setTimeout(() => process.exit(), 100);
