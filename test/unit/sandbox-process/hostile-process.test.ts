import { describe, expect, test } from "vitest";
import { KV_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import {
  launchGuestProcess,
  type LaunchProcess,
} from "../../../host/src/sandbox/process/launch.ts";
import { printQuestion, type Question } from "../../../host/src/sandbox/process/questions.ts";
import {
  createTestServices,
  isAlive,
  launchScript,
  startProcess,
  type ProcessSetup,
} from "./support.ts";

/** Lines of a process that is ready, and has been sent a call. */
const CALLED = `listen(); say(1, Buffer.alloc(0)); listen();`;
const DONE = `const done = Buffer.alloc(20); done[0] = 1; say(2, done);`;
const STAY = `setInterval(() => {}, 1e6);`;

const GET: Question = { name: "bw_kv_get", parameters: [Buffer.from("key")] };
const CALL: Question = { name: "bw_plugin_call", parameters: [Buffer.from("slow"), undefined] };

function ask(question: Question): string {
  const payload = printQuestion(question).subarray(5).toString("base64");
  return `say(6, Buffer.from("${payload}", "base64"));`;
}

/** A liar at first, and from then on what a guest's process is. */
function launchLiar(lines: string): LaunchProcess {
  const liar = launchScript(lines);
  let launched = 0;
  return (heapMiBMax) => (launched++ === 0 ? liar(heapMiBMax) : launchGuestProcess(heapMiBMax));
}

/** Keeps values, and calls a plugin that never answers. */
function setupOf(lines: string): ProcessSetup {
  const services = createTestServices(
    { kv: { ...KV_DEFAULTS, namespace: "test" }, plugins: ["slow"] },
    { findCallee: () => async () => new Promise(() => undefined) },
  );
  const call = { fuel: 10_000, timeMs: 300 };
  return { launch: launchLiar(lines), services, limits: { call, start: call } };
}

describe("a process that asks wrongly is ended, and the next call gets a new one:", () => {
  test.each([
    [
      "an unknown function",
      `say(6, Buffer.of(255));`,
      "it sent a question for an unknown function",
    ],
    ["half a question", `say(6, Buffer.of(5, 0));`, "that is cut off"],
    [
      "too long a question",
      `say(6, Buffer.alloc(4e7));`,
      "it sent a message of kind 6 with 40000000",
    ],
    [
      "a question before the answer to another",
      `${ask(CALL)} ${ask(GET)}`,
      "it sent more before its question's answer",
    ],
    [
      "the end of a call that waits for the host",
      `${ask(CALL)} ${DONE}`,
      "it sent more before its question's answer",
    ],
    [
      "a question after its call was over",
      `${ask(CALL)} answer(); ${ask(GET)}`,
      "it sent a question after its call was over",
    ],
    [
      "more than its fuel is worth",
      `for (;;) { ${ask(GET)} answer(); }`,
      "it sent more questions than its fuel is worth",
    ],
  ])("%s", async (_, lines, reason) => {
    using isolated = await startProcess("echo", setupOf(`${CALLED} ${lines} ${STAY}`));
    const first = isolated.pid();
    await expect(isolated.call("process_endpoint", "text")).rejects.toMatchObject({
      code: "guest_process_died",
      message: expect.stringContaining(reason),
    });
    await expect(isolated.call("process_endpoint", "text")).resolves.toBe("text");
    expect(isolated.pid()).not.toBe(first);
    expect(isAlive(first)).toBe(false);
  });

  test.each([
    ["a question while no call runs", ask(GET), "a question while it had nothing to do"],
    ["an answer while no call runs", DONE, "a call that it was not given"],
  ])("%s", async (_, lines, reason) => {
    const setup = setupOf(`listen(); say(1, Buffer.alloc(0)); ${lines} ${STAY}`);
    using isolated = await startProcess("echo", setup);
    await expect
      .poll(() => isolated.records.map((record) => String(record["reason"])).at(-1))
      .toContain(reason);
    await expect(isolated.call("process_endpoint", "text")).resolves.toBe("text");
  });

  test("two answers to a call", async () => {
    using isolated = await startProcess("echo", setupOf(`${CALLED} ${DONE} say(2, done); ${STAY}`));
    await expect(isolated.call("process_endpoint", "text")).resolves.toBe("");
    const reasons = (): unknown[] => isolated.records.map((record) => record["reason"]);
    await expect.poll(reasons).toContain("it sent an answer to a call that it was not given");
    await expect(isolated.call("process_endpoint", "text")).resolves.toBe("text");
  });

  test("a question of a plugin whose host gives it no services", async () => {
    const launch = launchLiar(`${CALLED} ${ask(GET)} ${STAY}`);
    using isolated = await startProcess("echo", { launch });
    await expect(isolated.call("process_endpoint")).rejects.toThrow(
      "a question without any rights",
    );
  });
});

test("a process that reads no answers is ended before they fill the host's memory", async () => {
  const draw = ask({ name: "bw_random_bytes", parameters: [65_536n] });
  const services = createTestServices({ random: true });
  const launch = launchLiar(`${CALLED} for (;;) { ${draw} } ${STAY}`);
  using isolated = await startProcess("echo", { launch, services });
  await expect(isolated.call("process_endpoint")).rejects.toThrow(
    "it sent a question before it read the answer to another",
  );
});

test("a process that asks for what its plugin was not granted learns just that", async () => {
  const secret: Question = { name: "bw_secret_get", parameters: [Buffer.from("KEY")] };
  const told = `
    const { readSync: read } = require("node:fs");
    ${CALLED} ${ask(secret)}
    const bytes = Buffer.alloc(1000);
    const length = read(4, bytes);
    say(2, Buffer.concat([Buffer.of(1), Buffer.alloc(19), bytes.subarray(5, length)])); ${STAY}`;
  using isolated = await startProcess("echo", setupOf(told));
  await expect(isolated.call("process_endpoint")).resolves.toMatch(
    /^\u00ffthe secret "KEY" is not granted/,
  );
});
