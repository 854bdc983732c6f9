import { describe, expect, test } from "vitest";
import type { Edits } from "../../../host/src/contracts/exchange.ts";
import { composeEndpoint } from "../../../host/src/pipeline/pipeline.ts";
import { edits, exchange, hook } from "./support.ts";

describe("process_endpoint", () => {
  test.each([
    ["at once", (each: Edits) => each],
    ["later", async (each: Edits) => each],
  ])("makes its response of edits %s", async (_, give) => {
    const given = edits({
      body: Buffer.from("hi"),
      headers: [{ kind: "set", name: "X", value: "1" }],
      context: [["k", "1"]],
    });
    const endpoint = composeEndpoint(
      hook("p", { name: "process_endpoint", run: () => give(given) }),
    );
    const each = exchange();
    expect(await endpoint(each)).toEqual({
      status: 200,
      headers: [["x", "1"]],
      body: Buffer.from("hi"),
    });
    expect(each.context.get("k")).toBe("1");
  });
});
