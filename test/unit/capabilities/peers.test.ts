import { describe, expect, test } from "vitest";
import type { SqlService, TcpConnection } from "../../../host/src/sandbox/capabilities/peers.ts";
import { CapabilityError } from "../../../host/src/sandbox/capabilities/capability-error.ts";
import { Caller } from "./caller.ts";

describe("sql", () => {
  const asked: unknown[] = [];
  const sql: SqlService = {
    query: async (...parameters) => {
      asked.push(parameters.slice(0, 3));
      if (parameters[1] === "") throw new CapabilityError("unavailable", "it is locked");
      return [{ name: "Ann" }];
    },
  };
  const guest = new Caller({ sql: ["main"] }, { sql });

  test("a statement with bound parameters answers rows as JSON", async () => {
    const rows = await guest.call("bw_sql_query", "main", "SELECT ?", '[1,"a",null]');
    expect(rows).toBe('[{"name":"Ann"}]');
    expect(asked.pop()).toEqual(["main", "SELECT ?", [1, "a", null]]);
  });

  test("no parameters are an empty list", async () => {
    await guest.call("bw_sql_query", "main", "SELECT 1", 0n);
    expect(asked.pop()).toEqual(["main", "SELECT 1", []]);
  });

  test.each([
    ["another database", ["other", "SELECT 1", "[]"], -1n, /"other" is not granted/],
    ["parameters that are no JSON", ["main", "SELECT 1", "[1"], -2n, /not JSON/],
    ["parameters that are no array", ["main", "SELECT 1", "{}"], -2n, /no JSON array/],
    ["what the database cannot do", ["main", "", "[]"], -7n, /it is locked/],
  ] as const)("%s is a fault", async (_, parameters, fault, message) => {
    expect(await guest.call("bw_sql_query", ...parameters)).toBe(fault);
    expect(guest.error()).toMatch(message);
  });
});

describe("tcp", () => {
  const told: string[] = [];
  const connect = (): TcpConnection => ({
    send: async (bytes) => void told.push(`sent ${Buffer.from(bytes).toString()}`),
    receive: async (bytesMax) => (bytesMax === 1 ? undefined : Buffer.from("pong")),
    close: () => void told.push("closed"),
  });
  const host = { tcp: { open: async () => connect() } };
  const start = (): Caller => {
    told.length = 0;
    return new Caller({ tcp: ["plc:502"] }, host);
  };

  test("a connection has a number; what is sent and received are bytes", async () => {
    const guest = start();
    expect(await guest.raw("bw_tcp_open", "plc:502")).toBe(1n);
    expect(await guest.raw("bw_tcp_send", 1n, "ping")).toBe(0n);
    expect(await guest.call("bw_tcp_receive", 1n, 100n, 0n)).toBe("pong");
    expect(await guest.call("bw_tcp_receive", 1n, 1n, 0n)).toBe(0n);
    expect(guest.raw("bw_tcp_close", 1n)).toBe(0n);
    expect(told).toEqual(["sent ping", "closed"]);
  });

  test("a connection ends with the call that opened it", async () => {
    const guest = start();
    await guest.raw("bw_tcp_open", "plc:502");
    guest.end();
    expect(told).toEqual(["closed"]);
    expect(await guest.call("bw_tcp_send", 1n, "ping")).toBe(-2n);
    expect(guest.error()).toBe("1 is no open connection of this call");
  });

  test("there are at most eight connections at once", async () => {
    const guest = start();
    for (let count = 0; count < 8; count++) await guest.raw("bw_tcp_open", "plc:502");
    expect(await guest.raw("bw_tcp_open", "plc:502")).toBe(-4n);
    guest.raw("bw_tcp_close", 3n);
    expect(await guest.raw("bw_tcp_open", "plc:502")).toBe(9n);
  });

  test("a peer that is not granted is not connected to", async () => {
    expect(await start().call("bw_tcp_open", "db:5432")).toBe(-1n);
  });

  test.each([
    [0n, 0n],
    [2n ** 40n, 0n],
    [1n, -1n],
  ])("receiving %d bytes within %d ms is refused", async (bytesMax, timeoutMs) => {
    const guest = start();
    await guest.raw("bw_tcp_open", "plc:502");
    expect(await guest.call("bw_tcp_receive", 1n, bytesMax, timeoutMs)).toBe(-2n);
  });
});
