/**
 * A host with one guest in a process, to be killed by a test: prints the guest's process id, and with
 * the argument `loop` keeps the guest in an endless loop, with `wait` in a question to the host.
 */
import { NO_RIGHTS } from "../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../host/src/lib/clock.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import { fillRandom } from "../../host/src/lib/random.ts";
import { createServices } from "../../host/src/sandbox/capabilities/services.ts";
import { createProcessGuest } from "../../host/src/sandbox/process/process-guest.ts";
import { wat } from "./wat.ts";

const LOOP = `(module
  (import "extism:host/user" "bw_plugin_call" (func $call (param i64 i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (func (export "before_request") (result i32) (loop $again (br $again)) (i32.const 0))
  (func (export "process_endpoint") (result i32)
    (drop (call $call (call $alloc (i64.const 1)) (i64.const 0))) (i32.const 0)))`;

const write = (line: string): void => {
  const record: Readonly<Record<string, unknown>> = JSON.parse(line);
  if (record["pid"] !== undefined) pid = record["pid"];
};
let pid: unknown;
const logger = createLogger({ level: "debug", destination: { write } });
// More than the sandbox would ever take away before the test is over.
const limits = { call: { fuel: 1e15, timeMs: 600_000 } };
/** Lets the guest call a plugin whose name is one NUL, and which never answers. */
const services = createServices(
  { ...NO_RIGHTS, plugins: ["\0"] },
  {
    store: () => {
      throw new Error("the guest keeps nothing");
    },
    clock: systemClock,
    fillRandom,
    findCallee: () => async () => {
      said();
      return new Promise(() => undefined);
    },
  },
);
const guest = await createProcessGuest({
  name: "loop",
  bytes: wat(LOOP),
  config: {},
  logger,
  limits,
  services,
});
setInterval(() => undefined, 1000);
const [, , what] = process.argv;
const hooks = { loop: "before_request", wait: "process_endpoint" } as const;
if (what === "loop" || what === "wait") {
  const call = guest.call(hooks[what], { head: "", body: undefined }, () => undefined);
  Promise.resolve(call).catch(() => undefined);
}
// The call is on its way once this turn of the loop is over; a question says itself that it came.
if (what !== "wait") setImmediate(said);
if (what === "exit") setTimeout(() => process.exit(), 100);

function said(): void {
  process.stdout.write(`${String(pid)}\n`);
}
