import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_EDITS } from "../../../host/src/contracts/exchange.ts";
import type { Edits, HeaderEdit } from "../../../host/src/contracts/exchange.ts";
import type { EditsHookName } from "../../../host/src/contracts/hooks.ts";
import { WRITES_DEFAULT } from "../../../host/src/contracts/manifest.ts";
import type { Reads, Writes } from "../../../host/src/contracts/manifest.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { checkWrites, narrowFields } from "../../../host/src/plugins/field-rights.ts";

const NOTHING: Writes = {
  headers: [],
  responseHeaders: [],
  status: false,
  body: false,
  target: false,
  context: [],
};

const READS: Reads = {
  headers: ["*"],
  responseHeaders: ["*", "set-cookie"],
  params: ["*"],
  context: ["auth.user"],
  body: { mode: "text", bytesMax: 1000 },
};

const set = (name: string): HeaderEdit => ({ kind: "set", name, value: "1" });
const remove = (name: string): HeaderEdit => ({ kind: "remove", name });
const edit = (edits: Partial<Edits>): Edits => ({ ...NO_EDITS, ...edits });

/** The field that is denied, if any. */
function deniedField(edits: Edits, writes: Writes, hook: EditsHookName): unknown {
  try {
    checkWrites(edits, writes, hook);
  } catch (thrown) {
    if (thrown instanceof BackworksError) return thrown.details["field"];
    throw thrown;
  }
  return undefined;
}

/** Whether a list lets a hook write a request header. */
function permits(headers: readonly string[], header: string): boolean {
  const edits = edit({ headers: [set(header)] });
  return deniedField(edits, { ...NOTHING, headers }, "before_request") === undefined;
}

describe("a hook without writes", () => {
  test("may change everything that decides nothing about security", () => {
    const edits = edit({
      status: 404,
      body: new Uint8Array(1),
      headers: [set("x-a"), remove("etag")],
      context: [["auth.user", "1"]],
    });
    for (const hook of ["before_request", "process_endpoint", "after_response"] as const) {
      expect(() => checkWrites(edits, WRITES_DEFAULT, hook)).not.toThrow();
    }
    expect(() =>
      checkWrites(edit({ target: "/b" }), WRITES_DEFAULT, "before_request"),
    ).not.toThrow();
  });

  test.each([
    "set-cookie",
    "location",
    "access-control-allow-origin",
    "content-security-policy",
    "strict-transport-security",
    "authorization",
    "cookie",
    "x-forwarded-for",
  ])("may neither set nor take away %s", (name) => {
    for (const headers of [[set(name)], [remove(name)]]) {
      expect(() => checkWrites(edit({ headers }), WRITES_DEFAULT, "after_response")).toThrow(
        expect.objectContaining({
          code: "guest_write_denied",
          message: `after_response changes the header ${name}, which it has no right to: add ${name} to response_headers in hooks.after_response.writes of the manifest, and in grants.hooks.after_response.writes if the operator narrows it there`,
        }),
      );
    }
  });
});

describe("a hook with writes", () => {
  test.each([
    [{ status: 200 }, "status"],
    [{ body: new Uint8Array(0) }, "body"],
    [{ target: "/" }, "target"],
    [{ headers: [set("x-a")] }, "headers.x-a"],
    [{ context: [["a", "1"]] }, "context.a"],
  ] as [Partial<Edits>, string][])("may not change what it does not list: %j", (edits, field) => {
    expect(deniedField(edit(edits), NOTHING, "before_request")).toBe(field);
  });

  test.each([
    [{ status: 200 }, { status: true }],
    [{ body: new Uint8Array(0) }, { body: true }],
    [{ target: "/" }, { target: true }],
    [{ headers: [set("x-a"), remove("cookie")] }, { headers: ["*", "cookie"] }],
    [{ context: [["a", "1"]] }, { context: ["*"] }],
    [{ context: [["a", "1"]] }, { context: ["a"] }],
  ] as [Partial<Edits>, Partial<Writes>][])("may change what it lists: %j", (edits, writes) => {
    expect(deniedField(edit(edits), { ...NOTHING, ...writes }, "before_request")).toBeUndefined();
  });

  test("that answers a request writes the headers of the response", () => {
    const answer = edit({ status: 302, headers: [set("location")] });
    const request = { ...NOTHING, status: true, headers: ["location"] };
    expect(deniedField(answer, request, "before_request")).toBe("response_headers.location");
    const response = { ...NOTHING, status: true, responseHeaders: ["location"] };
    expect(deniedField(answer, response, "before_request")).toBeUndefined();
  });
});

describe("an operator's restriction", () => {
  const declared = { reads: READS, writes: WRITES_DEFAULT };

  test("leaves everything that it does not name", () => {
    expect(narrowFields(declared, undefined)).toEqual(declared);
    expect(narrowFields(declared, { reads: {}, writes: {} })).toEqual(declared);
  });

  test("takes away, and never adds", () => {
    const { reads, writes } = narrowFields(declared, {
      reads: {
        headers: ["accept", "cookie"],
        responseHeaders: ["*"],
        params: [],
        context: ["auth.user", "other"],
        body: { mode: "bytes", bytesMax: 10 },
      },
      writes: { headers: ["x-a", "cookie"], status: false, body: true, target: false, context: [] },
    });
    expect(reads).toEqual({
      headers: ["accept"],
      responseHeaders: ["*"],
      params: [],
      context: ["auth.user"],
      body: { mode: "text", bytesMax: 10 },
    });
    expect(writes).toEqual({
      headers: ["x-a"],
      responseHeaders: ["*"],
      status: false,
      body: true,
      target: false,
      context: [],
    });
  });

  test("may take the body away", () => {
    const grant = { reads: { body: { mode: "none", bytesMax: 10 } }, writes: {} } as const;
    expect(narrowFields(declared, grant).reads.body.mode).toBe("none");
  });

  test("permits exactly what both lists permit", () => {
    const name = fc.constantFrom("x-a", "x-b", "cookie", "location", "access-control-max-age");
    const list = fc.uniqueArray(fc.oneof(name, fc.constant("*")));
    fc.assert(
      fc.property(list, list, name, (asked, left, header) => {
        const writes = { ...NOTHING, headers: asked };
        const grant = { reads: {}, writes: { headers: left } };
        const narrowed = narrowFields({ reads: READS, writes }, grant).writes.headers;
        expect(permits(narrowed, header)).toBe(permits(asked, header) && permits(left, header));
      }),
    );
  });
});
