import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_BODY, NO_EDITS } from "../../../host/src/contracts/exchange.ts";
import type { HeaderEdit, HeaderList } from "../../../host/src/contracts/exchange.ts";
import {
  buildResponse,
  editHeaders,
  editRequest,
  editResponse,
} from "../../../host/src/pipeline/edits.ts";
import { edits } from "./support.ts";

const LIST: HeaderList = [
  ["a", "1"],
  ["b", "2"],
  ["a", "3"],
  ["c", "4"],
];

describe("header edits", () => {
  test.each([
    [
      "set takes the place of the first and of all others",
      { kind: "set", name: "A", value: "x" },
      [
        ["a", "x"],
        ["b", "2"],
        ["c", "4"],
      ],
    ],
    [
      "set of a new name goes to the end",
      { kind: "set", name: "d", value: "x" },
      [...LIST, ["d", "x"]],
    ],
    [
      "append keeps what is there",
      { kind: "append", name: "A", value: "x" },
      [...LIST, ["a", "x"]],
    ],
    [
      "remove takes all of the name",
      { kind: "remove", name: "A" },
      [
        ["b", "2"],
        ["c", "4"],
      ],
    ],
    ["remove of what is not there changes nothing", { kind: "remove", name: "d" }, LIST],
  ] as [string, HeaderEdit, HeaderList][])("%s", (_, edit, expected) => {
    expect(editHeaders(LIST, [edit])).toEqual(expected);
  });

  test("are applied in order", () => {
    const result = editHeaders(
      [],
      [
        { kind: "append", name: "a", value: "1" },
        { kind: "append", name: "a", value: "2" },
        { kind: "set", name: "b", value: "3" },
        { kind: "remove", name: "a" },
        { kind: "append", name: "a", value: "4" },
      ],
    );
    expect(result).toEqual([
      ["b", "3"],
      ["a", "4"],
    ]);
  });

  test("never change the list they are given", () => {
    const name = fc.constantFrom("a", "A", "b", "c");
    const edit: fc.Arbitrary<HeaderEdit> = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), name, value: fc.string() }),
      fc.record({ kind: fc.constant("append" as const), name, value: fc.string() }),
      fc.record({ kind: fc.constant("remove" as const), name }),
    );
    const list = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.string()));
    fc.assert(
      fc.property(list, fc.array(edit), (headers, all) => {
        const before = structuredClone(headers);
        editHeaders(headers, all);
        expect(headers).toEqual(before);
      }),
    );
  });
});

describe("requests", () => {
  const request = {
    method: "POST",
    target: "/a?b",
    headers: [
      ["content-length", "3"],
      ["transfer-encoding", "chunked"],
    ],
    body: Buffer.from("old"),
  } as const;

  test("an empty edit leaves all as it is", () => {
    expect(editRequest(request, NO_EDITS)).toEqual(request);
  });

  test("target and headers change, the body stays", () => {
    const edit = edits({ target: "/c", headers: [{ kind: "set", name: "x", value: "1" }] });
    expect(editRequest(request, edit)).toEqual({
      ...request,
      target: "/c",
      headers: [...request.headers, ["x", "1"]],
    });
  });

  test("a new body has the length it has", () => {
    const edited = editRequest(request, edits({ body: Buffer.from("newer") }));
    expect(edited.headers).toEqual([["content-length", "5"]]);
    expect(edited.body).toEqual(Buffer.from("newer"));
  });
});

describe("responses", () => {
  test("edits alone make a response", () => {
    expect(buildResponse(NO_EDITS)).toEqual({ status: 200, headers: [], body: EMPTY_BODY });
    expect(buildResponse(edits({ status: 404, body: Buffer.from("no") }))).toEqual({
      status: 404,
      headers: [],
      body: Buffer.from("no"),
    });
  });

  test("status, headers and body are replaced one by one", () => {
    const response = { status: 200, headers: LIST, body: Buffer.from("a") };
    expect(editResponse(response, NO_EDITS)).toEqual(response);
    expect(editResponse(response, edits({ status: 201 }))).toEqual({ ...response, status: 201 });
    expect(editResponse(response, edits({ body: EMPTY_BODY }))).toEqual({
      ...response,
      body: EMPTY_BODY,
    });
  });
});
