import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { parseTemplate } from "../../../host/src/modes/template-parser.ts";
import type { Json } from "../../../host/src/contracts/json.ts";
import { render } from "./support.ts";
import type { Sent } from "./support.ts";

const SENT: Sent = {
  method: "POST",
  target: "/users/7?limit=20&empty=&tag=a&tag=b&x=%0A",
  params: { id: "7" },
  headers: [
    ["x-test", "one"],
    ["x-test", "two"],
  ],
  body: '{"name":"Ada","tags":["a",{"deep":true}],"age":36,"none":null,"__proto__":{"own":1}}',
};
const DATA: Json = [{ id: 1, name: "first" }, { id: 2 }];

describe("a text that is one template keeps the type of its value", () => {
  test.each([
    ["${path.id}", "7"],
    ["{{path.id}}", "7"],
    ["{{{ path.id }}}", "7"],
    ["${ query.limit }", "20"],
    ["${query.tag}", "a"],
    ["${query.x}", "\n"],
    ["${query.absent}", null],
    ["${query.limit:-10}", "20"],
    ["${query.absent:-10}", "10"],
    ["${query.empty:-10}", "10"],
    ["${query.absent:-}", ""],
    ["${query.absent:-it's {fine}", "it's {fine"],
    ["${request.body.none:-gone}", "gone"],
    ["${request.method}", "POST"],
    ["${request.path}", "/users/7"],
    ["${request.id}", "request-1"],
    ["${request.headers.X-Test}", "one, two"],
    ["${request.headers.x-absent}", null],
    ["${request.body.name}", "Ada"],
    ["${request.body.age}", 36],
    ["${request.body.tags}", ["a", { deep: true }]],
    ["${request.body.tags.1.deep}", true],
    ["${request.body.tags.2}", null],
    ["${request.body.name.length}", null],
    ["${request.body.toString}", null],
    ["${request.body.__proto__.own}", 1],
    ["${request.body.constructor}", null],
    ["${mock.data}", DATA],
    ["${mock.data.1}", { id: 2 }],
    ["${mock.data.0.name}", "first"],
    ["${'text'}", "text"],
    ['{{"text"}}', "text"],
    ["${-1.5}", -1.5],
  ])("%s", async (template, expected) => {
    expect(await render(template, SENT, DATA)).toEqual(expected);
  });
});

describe("inside a text values are printed", () => {
  test.each([
    ["user ${path.id}!", "user 7!"],
    ["${path.id}{{path.id}}", "77"],
    ["<${query.absent}>", "<>"],
    ["<${request.body.tags}>", '<["a",{"deep":true}]>'],
    ["$${path.id} \\{{path.id}}", "${path.id} {{path.id}}"],
    ["$$ { } } {x} $x", "$$ { } } {x} $x"],
    ["", ""],
  ])("%s", async (template, expected) => {
    expect(await render(template, SENT)).toBe(expected);
  });
});

describe("functions", () => {
  test.each([
    ["${now()}", "2023-11-14T22:13:20.000Z"],
    ["{{now}}", "2023-11-14T22:13:20.000Z"],
    ["${random_int(1, 10)}", 6],
    ["{{random_int 1 10}}", 6],
    ["${random_int(-3,-3)}", -3],
    ["${random_int(1, query.limit)}", 11],
    ["${random_float()}", 0.5],
    ["${random_float(10, 20)}", 15],
    ["${random_uuid()}", "01234567-89ab-4def-8123-456789abcdef"],
    ["${random_name()}", "Edsger Liskov"],
    ["${random_email()}", "edsger.liskov500@example.com"],
    ["${random_phone()}", "+1-600-555-0150"],
    ["${date_add(now(), 30)}", "2023-12-14T22:13:20.000Z"],
    ["{{date_add (now) 30}}", "2023-12-14T22:13:20.000Z"],
    ["{{date_add now 30}}", "2023-12-14T22:13:20.000Z"],
    ["{{date_add (date_subtract now 1) 1}}", "2023-11-14T22:13:20.000Z"],
    ["${date_subtract('2024-03-01', 1)}", "2024-02-29T00:00:00.000Z"],
    ["${date_add('2024-01-01T12:00:00Z', 0.5)}", "2024-01-02T00:00:00.000Z"],
  ])("%s", async (template, expected) => {
    expect(await render(template, SENT)).toBe(expected);
  });

  test.each([
    ["${random_int(1, query.tag)}", "random_int(min, max): expected a number"],
    ["${random_int(1, query.empty)}", "random_int(min, max): expected a number"],
    ["${random_int(100, query.limit)}", "whole numbers with min <= max"],
    ["${date_add(query.tag, 1)}", "expected a date"],
    ["${date_add(request.body.age, 1)}", "expected a date"],
    ["${date_add(now(), request.body)}", "expected a number"],
  ])("%s tells the client what is wrong with the request", async (template, reason) => {
    await expect(render(template, SENT)).rejects.toMatchObject({
      code: "request_malformed",
      message: expect.stringContaining(reason),
    });
  });
});

describe("templates anywhere in a value", () => {
  test("are rendered in lists and maps, and what is absent is null", async () => {
    const body = { a: ["${path.id}", 1, null, true], b: { c: "${query.absent}" }, d: "x" };
    expect(await render(body, SENT)).toEqual({ a: ["7", 1, null, true], b: { c: null }, d: "x" });
  });

  test("mock.data may have them too, and is one value for the whole response", async () => {
    const data = { at: "${now()}", id: "${path.id}" };
    expect(await render(["${mock.data}", "${mock.data.id}"], SENT, data)).toEqual([
      { at: "2023-11-14T22:13:20.000Z", id: "7" },
      "7",
    ]);
  });

  test("a key named __proto__ is a key", async () => {
    const body = Object.fromEntries([["__proto__", "${path.id}"]]);
    expect(JSON.stringify(await render(body, SENT))).toBe('{"__proto__":"7"}');
  });
});

describe("a template that cannot work is refused when the route is composed", () => {
  test.each([
    [
      "${",
      "at character 3: expected a name, a number or a text in quotes, found the end of the text",
    ],
    ["${}", 'at character 3: expected a name, a number or a text in quotes, found "}"'],
    ["ok ${path.id", "at character 13: expected }, found the end of the text"],
    ["${path.id:-x", "at character 13: expected }"],
    ["{{path.id}", "expected }}"],
    ["{{{path.id}}", "expected }}}"],
    ["${path.id extra}", 'expected }, found "extra}"'],
    ["${now():-x}", "only names can have a default"],
    ["{{now() 1}}", "expected a name before its arguments"],
    ["{{#each items}}", "expected a name"],
    ["{{/each}}", "expected a name"],
    ["${random_int(1}", 'expected ,, found "}"'],
    ["${random_int(1,)}", "expected a name"],
    ["${'open}", "expected a name"],
    ["${1x}", "expected a name"],
    ["${path.name}", '"path.name" is no parameter of the path; it has id'],
    ["${path}", 'unknown name "path"'],
    ["${path.id.x}", 'unknown name "path.id.x"'],
    ["${query}", 'unknown name "query"'],
    ["${request}", 'unknown name "request"'],
    ["${request.headers}", 'unknown name "request.headers"'],
    ["${request.method.x}", 'unknown name "request.method.x"'],
    ["${request.cookies}", 'unknown name "request.cookies"'],
    ["${user}", "expected path.NAME, query.NAME"],
    ["${mock.dada}", 'unknown name "mock.dada"'],
    ["${nwo()}", 'unknown function "nwo": did you mean now?'],
    ["${constructor()}", 'unknown function "constructor": expected one of now'],
    ["${now(1)}", "expected now()"],
    ["${random_int(1)}", "expected random_int(min, max)"],
    ["${random_int(2, 1)}", "whole numbers with min <= max"],
    ["${random_int('a', 1)}", "expected a number"],
    ["${random_int(0.5, 1)}", "whole numbers"],
    ["${date_add('yesterday', 1)}", "expected a date"],
    ["${date_add('2024-13-45', 1)}", "expected a date"],
    ["${date_add('2024-01-01', 1000000000000)}", "expected a date"],
    [`{{${"f (".repeat(20)}now${")".repeat(20)}}}`, "at most 16 calls inside each other"],
    [`\${${"now(".repeat(20)}`, "at most 16 calls inside each other"],
  ])("%s: %s", async (template, reason) => {
    await expect(render({ key: template })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining(reason),
      position: { file: "backworks.yaml", line: 7 },
    });
  });

  test("the message names the key, and how to write the characters themselves", async () => {
    await expect(render({ deep: ["x", "{{#if}}"] })).rejects.toThrow(
      'endpoints.user.response.body[0].deep[1]: template at character 3: expected a name, a number or a text in quotes, found "#if}}" ($${ and \\{{ stand for the characters themselves)',
    );
  });

  test("mock.data cannot contain itself", async () => {
    await expect(render("x", {}, ["${mock.data}"])).rejects.toThrow(
      'endpoints.user.mock.data[0]: template unknown name "mock.data"',
    );
  });

  test("values are at most 64 levels deep", async () => {
    let body: Json = "x";
    for (let i = 0; i < 70; i++) body = [body];
    await expect(render(body)).rejects.toThrow("expected at most 64 levels");
  });
});

test("any text parses or is refused with a position, and plain text stays itself", () => {
  const near = fc.string({
    unit: fc.constantFrom("$", "{", "}", "(", ")", "a", ".", " ", "1", "'", "\\", ",", ":-"),
  });
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      expect(pieces(text)).toMatch(/^(?:pieces|config_invalid at character \d+)/);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const plain = text.replaceAll("{", "");
      expect(parseTemplate(plain)).toEqual([plain]);
    }),
  );
});

function pieces(text: string): string {
  try {
    return `pieces ${parseTemplate(text).length}`;
  } catch (error) {
    return error instanceof BackworksError ? `${error.code} ${error.message}` : "crash";
  }
}
