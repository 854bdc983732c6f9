import { expect, test } from "vitest";
import type { EndpointConfig } from "../../../host/src/contracts/config.ts";
import { loadText, printWarnings, problemsOf } from "./load-text.ts";

async function endpointsOf(text: string): Promise<Omit<EndpointConfig, "position">[]> {
  const { endpoints } = await loadText(text);
  return endpoints.map(({ id, path, methods, description, handler }) => ({
    id,
    path,
    methods,
    description,
    handler,
  }));
}

test("the map form names routes by their keys", async () => {
  expect(
    await endpointsOf(`
endpoints:
  users:
    path: "/users"
    methods: ["GET", "post", "GET"]
    description: People
    response: { status: 201, headers: { X-Count: 3, cache-control: no-store }, body: { ok: true } }
`),
  ).toMatchObject([
    {
      id: "users",
      path: "/users",
      methods: ["GET", "POST"],
      description: "People",
      handler: {
        kind: "mock",
        mock: {
          data: undefined,
          responses: {
            "*": {
              status: 201,
              headers: { "x-count": "3", "cache-control": "no-store" },
              body: { ok: true },
            },
          },
        },
      },
    },
  ]);
});

test("a map of the original with answers by method and by route of its own resolves to two routes", async () => {
  const endpoints = await endpointsOf(`
mode: mock
endpoints:
  users:
    path: "/users"
    methods: ["GET", "POST"]
    mode: "mock"
    mock: { data: [{ id: 1 }] }
    mock_responses:
      GET: { status: 200, headers: {}, body: "\${mock.data}" }
      POST: { status: 201, body: { id: "\${random_int(1000, 9999)}" } }
      "GET /users/{id}": { body: { id: "\${path.id}" } }
`);
  const data = [{ id: 1 }];
  expect(endpoints).toMatchObject([
    {
      id: "users",
      methods: ["GET", "POST"],
      handler: {
        mock: {
          data,
          responses: {
            GET: { status: 200, headers: {}, body: "${mock.data}" },
            POST: { status: 201, body: { id: "${random_int(1000, 9999)}" } },
          },
        },
      },
    },
    {
      id: "GET /users/{id}",
      path: "/users/{id}",
      methods: ["GET"],
      handler: { mock: { data, responses: { GET: { status: 200, body: { id: "${path.id}" } } } } },
    },
  ]);
});

test("mock data alone is the answer", async () => {
  const [endpoint] = await endpointsOf("endpoints: {a: {path: /a, mock: {data: [1, null]}}}");
  expect(endpoint?.methods).toEqual(["GET"]);
  expect(endpoint?.handler).toMatchObject({
    kind: "mock",
    mock: {
      data: [1, null],
      responses: { "*": { status: 200, headers: {}, body: "${mock.data}" } },
    },
  });
});

test("without a list of methods those of mock_responses are answered", async () => {
  const [endpoint] = await endpointsOf(
    "endpoints: {a: {path: /a, mock_responses: {put: {status: 204}, GET: {body: null}}}}",
  );
  expect(endpoint?.methods).toEqual(["PUT", "GET"]);
  expect(endpoint?.handler).toMatchObject({
    mock: { responses: { PUT: { status: 204, body: undefined }, GET: { body: null } } },
  });
});

test("a response answers the methods that mock_responses leaves out", async () => {
  const [endpoint] = await endpointsOf(
    "endpoints: {a: {path: /a, methods: [GET, PUT], response: {status: 202}, mock_responses: {GET: {}}}}",
  );
  expect(endpoint).toMatchObject({
    methods: ["GET", "PUT"],
    handler: { mock: { responses: { GET: { status: 200 }, "*": { status: 202 } } } },
  });
});

test("an endpoint may consist of routes of its own only", async () => {
  const endpoints = await endpointsOf(
    'endpoints: {a: {path: /a, method: GET, mock_responses: {"GET /a/:id": {}, "DELETE /a/{id}": {}}}}',
  );
  expect(endpoints.map(({ id }) => id)).toEqual(["GET /a/{id}", "DELETE /a/{id}"]);
});

test("the list form names routes by method and path", async () => {
  const endpoints = await endpointsOf(`
endpoints:
  - path: "/hello"
    method: GET
    response: { body: hi }
  - path: /echo/:id
    method: [post, put]
    plugin: echo
  - path: /files/*
    runtime: { type: plugin, handler: files, timeout: 30, language: rust }
`);
  expect(endpoints).toMatchObject([
    { id: "GET /hello", handler: { kind: "mock" } },
    { id: "POST,PUT /echo/{id}", path: "/echo/{id}", handler: { kind: "plugin", plugin: "echo" } },
    { id: "GET /files/*", path: "/files/*", handler: { kind: "plugin", plugin: "files" } },
  ]);
});

test("the map keyed by paths needs no path", async () => {
  const endpoints = await endpointsOf(`
endpoints:
  "/weather/{city}":
    methods: ["GET"]
    runtime: { type: "plugin", handler: "weather" }
  "/status":
    response: { status: 200, body: { status: ok } }
`);
  expect(endpoints).toMatchObject([
    { id: "/weather/{city}", path: "/weather/{city}", handler: { plugin: "weather" } },
    { id: "/status", path: "/status" },
  ]);
});

const BOTH = "response: {body: mock}, plugin: weather";

const CHOSEN: readonly [file: string, kind: string][] = [
  [`endpoints: {/a: {${BOTH}, mode: mock}}`, "mock"],
  [`endpoints: {/a: {${BOTH}, mode: runtime}}`, "plugin"],
  [`mode: plugin\nendpoints: {/a: {${BOTH}}}`, "plugin"],
  [`mode: plugin\nendpoints: {/a: {${BOTH}, mode: mock}}`, "mock"],
  ["mode: plugin\nendpoints: {/a: {response: {}}}", "mock"],
  ["mode: hybrid\nendpoints: {/a: {plugin: weather, mode: hybrid}}", "plugin"],
];

test.each(CHOSEN)("%s is answered by a %s", async (text, kind) => {
  expect(await endpointsOf(text)).toMatchObject([{ handler: { kind } }]);
});

test("the same methods in other words are one list", async () => {
  expect(await problemsOf("endpoints: {/a: {response: {}, method: GET, methods: [GET]}}")).toEqual([
    '1:32 config_invalid endpoints["/a"].method: it means the same as `methods`: keep one of them',
  ]);
});

test("two endpoints that match the same request are refused, whatever their parameters are called", async () => {
  const problems = await problemsOf(`endpoints:
  one: { path: "/u/{id}/*", response: {} }
  two: { path: "/u/:name/*", methods: [PUT, GET], response: {} }
  three: { path: "/u/{name}/*", methods: [DELETE], response: {} }
`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(
    /^3:3 config_invalid GET \/u\/\{name\}\/\* is already answered by the endpoint at .*backworks\.yaml:2:3: remove one$/,
  );
});

test("two endpoints of one id are refused", async () => {
  const [problem] = await problemsOf(`endpoints:
  "GET /b": { path: "/a", response: {} }
  b: { path: /c, mock_responses: { "GET /b": {} } }
`);
  expect(problem).toMatch(
    /^3:36 config_invalid two endpoints have the id "GET \/b": the other one is at .*:2:3$/,
  );
});

test("a response that no request can get is pointed out", async () => {
  const config = await loadText(
    "endpoints: {a: {path: /a, methods: [GET], mock_responses: {GET: {}, PUT: {}}}}",
  );
  expect(printWarnings(config)).toEqual([
    "1:43 endpoints.a.mock_responses.PUT is never sent: PUT is not in methods",
  ]);
});

const MALFORMED: readonly [endpoint: string, problem: string][] = [
  [
    "a: {path: /a}",
    "1:13 config_invalid endpoints.a: nothing says how to answer: expected response, mock, mock_responses, plugin or runtime",
  ],
  [
    "a: {response: {}}",
    '1:13 config_invalid endpoints.a: the key "path" is missing, expected text such as "/users"',
  ],
  [
    "/a: {response: {}, method: GTE}",
    '1:32 config_invalid endpoints["/a"].method: unknown method "GTE", did you mean GET?',
  ],
  [
    "/a: {response: {}, method: CONNECT}",
    '1:32 config_invalid endpoints["/a"].method: unknown method "CONNECT", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  ],
  [
    "/a: {response: {}, methods: []}",
    '1:32 config_invalid endpoints["/a"].methods: expected text or a list of 1 to 20 items, found an empty list',
  ],
  [
    "/a: {mode: mock, plugin: x}",
    '1:18 config_invalid endpoints["/a"].mode: mock needs one of the keys response, mock, mock_responses',
  ],
  [
    "/a: {mode: runtime, response: {}}",
    '1:18 config_invalid endpoints["/a"].mode: runtime needs one of the keys plugin, runtime',
  ],
  [
    "/a: {response: {}, plugin: x}",
    '1:13 config_invalid endpoints["/a"]: both a mock and a plugin could answer: add `mode: mock` or `mode: plugin`, or remove one',
  ],
  [
    "/a: {plugin: x, runtime: {type: plugin, handler: y}}",
    '1:53 config_invalid endpoints["/a"].runtime.handler: it names another plugin than endpoints["/a"].plugin: remove one',
  ],
  [
    "/a: {methods: [GET, PUT], mock_responses: {GET: {}}}",
    '1:39 config_invalid endpoints["/a"].mock_responses: there is no response for PUT: add one, or remove the method',
  ],
  [
    "/a: {mock_responses: {GET: {}, get: {}}}",
    '1:44 config_invalid endpoints["/a"].mock_responses.get: there is another response for GET: keep one',
  ],
  [
    "/a: {mock_responses: {'GET /a*': {}}}",
    '1:35 config_invalid endpoints["/a"].mock_responses["GET /a*"]: a*: a * stands alone, at the end of the path',
  ],
  [
    "/a: {mock_responses: {'GET a': {}}}",
    '1:35 config_invalid endpoints["/a"].mock_responses["GET a"]: expected a key that is text such as "GET" or "GET /users/{id}"',
  ],
  [
    "/a: {response: {headers: {Content-Length: 5}}}",
    '1:39 config_invalid endpoints["/a"].response.headers.Content-Length: the host writes this header itself, remove it',
  ],
  [
    '/a: {response: {headers: {x: "a\\r\\nb"}}}',
    '1:42 config_invalid endpoints["/a"].response.headers.x: expected text such as "no-store", found "a\\u000d\\u000ab"',
  ],
  [
    "/a: {response: {status: 99}}",
    '1:37 config_invalid endpoints["/a"].response.status: expected an integer from 200 to 599, found 99',
  ],
  [
    "/a: {response: {bdy: 1}}",
    '1:29 config_unknown_key endpoints["/a"].response.bdy: unknown key, did you mean body?',
  ],
  [
    "/a: {plugin: My Plugin}",
    '1:26 config_invalid endpoints["/a"].plugin: expected text of lower case letters, digits and hyphens, a letter first, at most 64 characters, such as "weather" or "rate-limit", found "My Plugin"',
  ],
  ["/a: {mock: {}}", '1:18 config_invalid endpoints["/a"].mock: the key "data" is missing'],
  ["/a: []", '1:13 config_invalid endpoints["/a"]: expected a map, found an empty list'],
];

test.each(MALFORMED)("{%s} is refused with its place", async (endpoint, problem) => {
  expect(await problemsOf(`endpoints: {${endpoint}}`)).toEqual([problem]);
});
