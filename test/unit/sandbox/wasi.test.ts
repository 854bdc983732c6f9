import { beforeEach, describe, expect, test } from "vitest";
import { ERRNO, WASI_NAMES, type WasiName } from "../../../host/src/abi/wasi.ts";
import { GuestLog } from "../../../host/src/sandbox/guest-log.ts";
import { DEFAULT_LIMITS } from "../../../host/src/sandbox/limits.ts";
import { GuestStop } from "../../../host/src/sandbox/trap.ts";
import { WasiFunctions } from "../../../host/src/sandbox/wasi-functions.ts";
import { ManualClock } from "../../support/clock.ts";
import { recordLogs } from "../../support/log-records.ts";

const PAGE = 65_536;
const { logger, records } = recordLogs();
let memory: WebAssembly.Memory;
let wasi: WasiFunctions;
let copied: number;
let clock: ManualClock;

beforeEach(() => {
  copied = 0;
  records.length = 0;
  wasi = create();
  memory = new WebAssembly.Memory({ initial: 1 });
  wasi.useMemory(memory);
});

function create(hasClock = true): WasiFunctions {
  clock = new ManualClock();
  return new WasiFunctions({
    kernel: { countCopied: (bytes) => (copied += bytes) },
    clock,
    hasClock,
    fillRandom: (bytes) => bytes.fill(7),
    log: new GuestLog(logger, DEFAULT_LIMITS),
  });
}

function call(name: WasiName, ...parameters: readonly (number | bigint)[]): unknown {
  const found = wasi.functions[name];
  return found === undefined ? "missing" : Reflect.apply(found, undefined, parameters);
}

const view = (): DataView => new DataView(memory.buffer);

/** Puts texts and their vectors into memory, vectors at 0. */
function putVectors(...texts: readonly string[]): void {
  let address = 1000;
  for (const [index, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    new Uint8Array(memory.buffer).set(bytes, address);
    view().setUint32(index * 8, address, true);
    view().setUint32(index * 8 + 4, bytes.length, true);
    address += bytes.length;
  }
}

test("every function of preview 1 is there and answers", () => {
  expect(WASI_NAMES).toHaveLength(46);
  for (const name of WASI_NAMES.filter((one) => one !== "proc_exit")) {
    expect([name, typeof call(name, 0, 0, 0, 0)]).toEqual([name, "number"]);
  }
});

describe("clocks", () => {
  test.each([
    [0, 1_700_000_000_000_000_000n],
    [1, 0n],
  ])("%d is the host's", (id, nanoseconds) => {
    expect(call("clock_time_get", id, 0n, 8)).toBe(ERRNO.success);
    expect(view().getBigUint64(8, true)).toBe(nanoseconds);
  });

  const read = (id: number): bigint => {
    expect(call("clock_time_get", id, 0n, 8)).toBe(ERRNO.success);
    return view().getBigUint64(8, true);
  };

  test.each([0, 1])("%d runs during a call when the clock is granted", (id) => {
    wasi.beginCall();
    const before = read(id);
    clock.advance(1.5);
    expect(read(id) - before).toBe(1_500_000n);
  });

  test.each([0, 1])("%d stands still during a call without, at whole milliseconds", (id) => {
    wasi = create(false);
    wasi.useMemory(memory);
    clock.advance(2.75);
    wasi.beginCall();
    const before = read(id);
    expect(before % 1_000_000n).toBe(0n);
    clock.advance(9);
    expect(read(id)).toBe(before);
    wasi.beginCall();
    expect(read(id) - before).toBe(9_000_000n);
    expect(call("clock_res_get", id, 8)).toBe(ERRNO.success);
    expect(view().getBigUint64(8, true)).toBe(1_000_000n);
  });

  test("of CPU time do not exist", () => {
    expect(call("clock_time_get", 2, 0n, 8)).toBe(ERRNO.inval);
  });

  test("resolve a microsecond", () => {
    expect(call("clock_res_get", 0, 8)).toBe(ERRNO.success);
    expect(view().getBigUint64(8, true)).toBe(1000n);
  });
});

describe("an address outside of the guest's memory", () => {
  test.each<[WasiName, ...(number | bigint)[]]>([
    ["clock_time_get", 0, 0n, PAGE - 7],
    ["clock_time_get", 0, 0n, -1],
    ["clock_res_get", 0, PAGE],
    ["environ_sizes_get", PAGE - 3, 0],
    ["args_sizes_get", 0, -4],
    ["random_get", PAGE - 7, 8],
    ["random_get", 8, -1],
    ["fd_write", 1, 0, 1, PAGE - 3],
    ["fd_write", 1, PAGE - 7, 1, 0],
    ["fd_write", 1, -8, 2, 0],
  ])("is refused by %s", (name, ...parameters) => {
    expect(call(name, ...parameters)).toBe(ERRNO.fault);
  });

  test("is every address before the memory is known, or when there is none", () => {
    wasi = create();
    expect(call("random_get", 0, 1)).toBe(ERRNO.fault);
    wasi.useMemory(undefined);
    expect(call("clock_time_get", 0, 0n, 0)).toBe(ERRNO.fault);
  });
});

describe("random_get", () => {
  test("fills what it is given, and nothing beside it", () => {
    expect(call("random_get", 9, 3)).toBe(ERRNO.success);
    expect([...new Uint8Array(memory.buffer, 8, 5)]).toEqual([0, 7, 7, 7, 0]);
  });

  test("fills at most 64 KiB", () => {
    memory.grow(1);
    expect(call("random_get", 0, PAGE)).toBe(ERRNO.success);
    expect(call("random_get", 0, PAGE + 1)).toBe(ERRNO.inval);
  });
});

describe("fd_write", () => {
  test("gathers vectors into lines; an unfinished one waits for the end of the call", () => {
    putVectors("one\ntw", "o\nthr");
    expect(call("fd_write", 1, 0, 2, 900)).toBe(ERRNO.success);
    expect(view().getUint32(900, true)).toBe(11);
    putVectors("ee");
    expect(call("fd_write", 1, 0, 1, 900)).toBe(ERRNO.success);
    putVectors("warning\n");
    expect(call("fd_write", 2, 0, 1, 900)).toBe(ERRNO.success);
    wasi.endCall();
    expect(records).toEqual([
      ["info", "one"],
      ["info", "two"],
      ["warn", "warning"],
      ["info", "three"],
    ]);
  });

  test("logs a line without end when it is long", () => {
    putVectors("x".repeat(3000));
    call("fd_write", 1, 0, 1, 900);
    call("fd_write", 1, 0, 1, 900);
    expect(records).toHaveLength(1);
  });

  test("counts bytes that it does not look at", () => {
    putVectors("y".repeat(10_000));
    expect(call("fd_write", 1, 0, 1, 900)).toBe(ERRNO.success);
    expect(view().getUint32(900, true)).toBe(10_000);
  });

  test.each([0, 3, 99])("knows no descriptor %d", (fd) => {
    expect(call("fd_write", fd, 0, 0, 900)).toBe(ERRNO.badf);
  });

  test("takes 1024 vectors and no more", () => {
    expect(call("fd_write", 1, 0, 1024, 60_000)).toBe(ERRNO.success);
    expect(call("fd_write", 1, 0, 1025, 60_000)).toBe(ERRNO.inval);
  });

  test("is charged for each vector, whatever is in it and whatever comes of the call", () => {
    call("fd_write", 1, 0, 1024, 60_000);
    expect(copied).toBe(1024 * 200);
    view().setUint32(0, 900, true);
    view().setUint32(4, 100, true);
    view().setUint32(8, PAGE, true);
    view().setUint32(12, 1, true);
    expect(call("fd_write", 1, 0, 2, 60_000)).toBe(ERRNO.fault);
    expect(copied).toBe(1024 * 200 + 300 + 201);
  });

  test.each([
    [PAGE, 1],
    [8, PAGE],
    [0xffff_fff8, 16],
  ])("refuses a vector of address %d and length %d", (address, length) => {
    view().setUint32(0, address, true);
    view().setUint32(4, length, true);
    expect(call("fd_write", 1, 0, 1, 900)).toBe(ERRNO.fault);
  });
});

test("there are no arguments, no variables, and yielding does nothing", () => {
  view().setUint32(0, 9, true);
  for (const name of ["args_sizes_get", "environ_sizes_get"] as const) {
    expect(call(name, 0, 4)).toBe(ERRNO.success);
    expect(view().getUint32(0, true)).toBe(0);
  }
  for (const name of ["args_get", "environ_get", "sched_yield"] as const) {
    expect(call(name, 0, 0)).toBe(ERRNO.success);
  }
});

test.each<[WasiName, number]>([
  ["fd_read", ERRNO.badf],
  ["fd_prestat_get", ERRNO.badf],
  ["path_open", ERRNO.nosys],
  ["sock_accept", ERRNO.nosys],
  ["poll_oneoff", ERRNO.nosys],
])("%s does nothing and answers %d", (name, errno) => {
  expect(call(name, 0, 0, 0)).toBe(errno);
});

test("proc_exit ends the call with its code", () => {
  expect(() => call("proc_exit", 3)).toThrow(new GuestStop("proc_exit(3)", 3));
});
