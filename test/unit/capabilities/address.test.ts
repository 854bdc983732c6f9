import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRanges, isRange } from "../../../host/src/lib/address-range.ts";
import { addressKind, isInRanges } from "../../../host/src/sandbox/capabilities/http/address.ts";
import type { Resolve } from "../../../host/src/sandbox/capabilities/http/lookup.ts";
import { budget, get, openClient, outcome, startServer } from "./http-support.ts";

const KINDS: readonly [kind: string, addresses: string][] = [
  [
    "public",
    "1.1.1.1 8.8.8.8 11.0.0.0 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.169.0.1",
  ],
  ["public", "2606:4700::1111 2a00:1450:4001::200e ::ffff:8.8.8.8 64:ff9b::8.8.8.8"],
  [
    "private",
    "127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1",
  ],
  ["private", "::1 fc00::1 fd12:3456::1 ::ffff:10.0.0.1 ::ffff:7f00:1 64:ff9b::127.0.0.1"],
  ["reserved", "0.0.0.0 0.1.2.3 169.254.169.254 169.254.0.1 192.0.2.1 198.18.0.1 224.0.0.1"],
  ["reserved", "240.0.0.1 255.255.255.255 168.63.129.16 100.100.100.200 192.88.99.1 203.0.113.9"],
  ["reserved", ":: fe80::1 fe80::1%eth0 ff02::1 2001:db8::1 2002:7f00:1:: 2001::1 fec0::1"],
  ["reserved", "::ffff:169.254.169.254 ::ffff:a9fe:a9fe 64:ff9b::a9fe:a9fe 64:ff9b:1::1"],
  ["reserved", "fd00:ec2::254 ::7f00:1 ::127.0.0.1 100::1 4000::1 3fff::1 localhost 1.2.3"],
];

test.each(KINDS)("%s: %s", (kind, addresses) => {
  for (const address of addresses.split(" ")) {
    expect([address, addressKind(address)]).toEqual([address, kind]);
  }
});

test("an IPv4 address is of one kind in every spelling", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(byte, byte, byte, byte, (a, b, c, d) => {
      const dotted = `${a}.${b}.${c}.${d}`;
      const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      const spellings = [`::ffff:${dotted}`, `0:0:0:0:0:ffff:${groups}`, `64:ff9b::${groups}`];
      for (const spelling of spellings) {
        expect(addressKind(spelling)).toBe(addressKind(dotted));
      }
    }),
  );
});

test("any IPv6 address is of some kind", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      expect(["public", "private", "reserved"]).toContain(addressKind(address));
    }),
  );
});

test.each(["10.0.0.0/8", "10.0.0.7", "::1", "fd12::/16", "0.0.0.0/0"])("%s is a range", (text) => {
  expect(isRange(text)).toBe(true);
  expect(isInRanges(createRanges([text]), text.split("/")[0] ?? "")).toBe(true);
});

test.each([
  "",
  "10.0.0.0/33",
  "::/129",
  "10.0.0/8",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "fe80::%1/64",
  "a/8",
])("%j is no range", (text) => expect(isRange(text)).toBe(false));

describe("a client without private: true", () => {
  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://①②⑦.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[64:ff9b::7f00:1]/",
  ])("does not connect to %s, granted or not", async (url) => {
    const client = openClient({ allow: [url.slice(0, -1)], private: false });
    expect(await outcome(client.send(get(url), budget()))).toMatch(
      /^not_granted: the address of .* is private: grant it with grants\.http\.private: true/,
    );
  });

  test("does not connect to a name that has a private address", async () => {
    const client = openClient({ allow: ["http://localhost"], private: false });
    expect(await outcome(client.send(get("http://localhost/"), budget()))).toMatch(
      /^not_granted: the address of localhost \((127\.0\.0\.1|::1)\) is private/,
    );
  });

  test("connects when the range is listed", async () => {
    const server = await startServer((_, response) => response.end());
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin], private: false, ranges: ["127.0.0.0/8"] });
    expect(await client.send(get(origin), budget())).toMatchObject({ status: 200 });
  });
});

describe("a client with private: true", () => {
  test.each([
    "http://169.254.169.254",
    "http://[fe80::1]",
    "http://[fd00:ec2::254]",
    "http://0.0.0.0",
  ])("does not connect to %s", async (origin) => {
    const client = openClient({ allow: [origin] });
    expect(await outcome(client.send(get(origin), budget()))).toMatch(
      /^not_granted: .* is reserved: only a range in grants\.http\.ranges allows it$/,
    );
  });
});

const resolveMixed: Resolve = async () => [
  { address: "169.254.169.254", family: 4 },
  { address: "fe80::1", family: 6 },
  { address: "127.0.0.1", family: 4 },
];
const findNothing: Resolve = async () => {
  throw new Error("ENOTFOUND");
};

describe("a name that changes its address", () => {
  test("is looked up once for a connection, which goes to the address that was checked", async () => {
    const server = await startServer((_, response) => response.end("public"));
    const answers = [["127.0.0.1"], ["169.254.169.254"]];
    let lookups = 0;
    const resolve: Resolve = async () => {
      const addresses = answers[lookups] ?? [];
      lookups++;
      return addresses.map((address) => ({ address, family: 4 }));
    };
    const origin = `http://rebind.example:${server.port}`;
    const client = openClient({ allow: [origin] }, { resolve });
    expect(await client.send(get(origin), budget())).toMatchObject({ status: 200 });
    expect(lookups).toBe(1);
    expect(server.requests[0]?.headers.host).toBe(`rebind.example:${server.port}`);
    server.server.closeAllConnections();
    expect(await outcome(client.send(get(origin), budget()))).toBe(
      "not_granted: the address of rebind.example (169.254.169.254) is reserved: only a range in grants.http.ranges allows it",
    );
  });

  test("is checked again on a redirect to the same origin", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(302, { location: "/inner", connection: "close" }).end();
    });
    let lookups = 0;
    const resolve: Resolve = async () => {
      lookups++;
      return [{ address: lookups === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
    };
    const origin = `http://rebind.example:${server.port}`;
    const grant = { allow: [origin], private: false, ranges: ["127.0.0.1/32"] };
    const client = openClient(grant, { resolve });
    expect(await outcome(client.send(get(origin), budget()))).toMatch(
      /^not_granted: redirected by rebind\.example:\d+: the address of rebind\.example \(10\.0\.0\.1\) is private/,
    );
    expect(server.requests).toHaveLength(1);
  });

  test("never leads to one of several addresses that is forbidden", async () => {
    const server = await startServer((_, response) => response.end());
    const origin = `http://mixed.example:${server.port}`;
    const client = openClient({ allow: [origin] }, { resolve: resolveMixed });
    expect(await client.send(get(origin), budget())).toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(1);
  });

  test("may have no address, or none that is found", async () => {
    const empty = openClient({ allow: ["http://a.example"] }, { resolve: async () => [] });
    expect(await outcome(empty.send(get("http://a.example/"), budget()))).toBe(
      "unavailable: the host a.example has no address",
    );
    const missing = openClient({ allow: ["http://a.example"] }, { resolve: findNothing });
    expect(await outcome(missing.send(get("http://a.example/"), budget()))).toBe(
      "unavailable: the host a.example was not found",
    );
  });
});
