import { nearest } from "../lib/suggest.ts";
import type { ConfigWarning, EndpointConfig, HandlerConfig } from "../contracts/config.ts";
import type { MockResponse } from "../contracts/config.ts";
import type { Cursor } from "./cursor.ts";
import { refuseDuplicates } from "./duplicates.ts";
import { readMock, readMockData, readResponse } from "./mock.ts";
import { readPath } from "./path.ts";
import type { Problems } from "./problems.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Ways an endpoint can answer, and the keys that ask for them. */
const WAYS = {
  mock: ["response", "mock", "mock_responses"],
  plugin: ["plugin", "runtime"],
} as const;
type Way = keyof typeof WAYS;
const ALL_WAYS: readonly Way[] = ["mock", "plugin"];

/** What resolving needs beside the value itself. */
export interface Notes {
  readonly problems: Problems;
  readonly warnings: ConfigWarning[];
}

/** Resolves `endpoints`, map or list, to routes of which no two match the same request. */
export function readEndpoints(root: Cursor, notes: Notes): EndpointConfig[] {
  const written = root.get("endpoints");
  const mode = root.get("mode")?.text();
  const named = written?.entries() ?? [];
  const listed = written?.items() ?? [];
  const endpoints = [
    ...named.flatMap(([key, endpoint]) => new EndpointReader(endpoint, key, mode, notes).read()),
    ...listed.flatMap((endpoint) => new EndpointReader(endpoint, undefined, mode, notes).read()),
  ];
  refuseDuplicates(endpoints, notes.problems);
  return endpoints;
}

class EndpointReader {
  readonly #endpoint: Cursor;
  /** Its key in the map form. */
  readonly #key: string | undefined;
  readonly #mode: string | undefined;
  readonly #notes: Notes;

  constructor(endpoint: Cursor, key: string | undefined, mode: string | undefined, notes: Notes) {
    this.#endpoint = endpoint;
    this.#key = key;
    this.#mode = endpoint.get("mode")?.text() ?? mode;
    this.#notes = notes;
  }

  read(): EndpointConfig[] {
    const path = this.#path();
    const way = this.#way();
    if (path === undefined || way === undefined) return [];
    if (way === "plugin") {
      const handler = this.#pluginHandler();
      return handler === undefined ? [] : [this.#endpointOf(path, this.#methods(), handler)];
    }
    const responses = this.#endpoint.get("mock_responses");
    if (responses !== undefined) return this.#fromMockResponses(path, responses);
    const mock = readMock(this.#endpoint, this.#notes.problems);
    return [this.#endpointOf(path, this.#methods(), { kind: "mock", mock })];
  }

  #endpointOf(path: string, methods: readonly string[], handler: HandlerConfig): EndpointConfig {
    return {
      id: this.#key ?? `${methods.join(",")} ${path}`,
      path,
      methods,
      description: this.#endpoint.get("description")?.text() ?? "",
      handler,
      position: this.#endpoint.position,
    };
  }

  #path(): string | undefined {
    const at = this.#endpoint.get("path");
    const written = at?.text() ?? this.#key ?? "";
    if (!written.startsWith("/")) {
      this.#problem(this.#endpoint, `the key "path" is missing, expected text such as "/users"`);
      return undefined;
    }
    const reading = readPath(written);
    if (reading.kind === "path") return reading.path;
    this.#problem(at ?? this.#endpoint, reading.problem);
    return undefined;
  }

  /** The way this endpoint answers: the one whose keys it has, or the one that `mode` chooses. */
  #way(): Way | undefined {
    const has = (way: Way): boolean =>
      WAYS[way].some((key) => this.#endpoint.get(key) !== undefined);
    const named = ALL_WAYS.filter(has);
    const chosen = this.#mode === "runtime" ? "plugin" : this.#mode;
    const [first, second] = named;
    if (first === undefined) {
      this.#problem(
        this.#endpoint,
        "nothing says how to answer: expected response, mock, mock_responses, plugin or runtime",
      );
      return undefined;
    }
    if (second === undefined) return this.#onlyWay(first, chosen);
    if (chosen === "mock" || chosen === "plugin") return chosen;
    this.#problem(
      this.#endpoint,
      "both a mock and a plugin could answer: add `mode: mock` or `mode: plugin`, or remove one",
    );
    return undefined;
  }

  /** `mode` of the file is a preference; `mode` of the endpoint itself must fit its keys. */
  #onlyWay(way: Way, chosen: string | undefined): Way | undefined {
    const own = this.#endpoint.get("mode");
    if (own === undefined || chosen === "hybrid" || chosen === way) return way;
    const keys = WAYS[chosen === "mock" ? "mock" : "plugin"].join(", ");
    this.#problem(own, `${own.text()} needs one of the keys ${keys}`);
    return undefined;
  }

  #pluginHandler(): HandlerConfig | undefined {
    const direct = this.#endpoint.get("plugin");
    const runtime = this.#endpoint.get("runtime")?.get("handler");
    if (direct !== undefined && runtime !== undefined && direct.text() !== runtime.text()) {
      this.#problem(runtime, `it names another plugin than ${direct.label}: remove one`);
      return undefined;
    }
    const plugin = (direct ?? runtime)?.text();
    return plugin === undefined ? undefined : { kind: "plugin", plugin };
  }

  /** Nothing when neither `method` nor `methods` is written. */
  #writtenMethods(): string[] | undefined {
    const method = this.#endpoint.get("method");
    const methods = this.#endpoint.get("methods");
    if (method !== undefined && methods !== undefined) {
      this.#problem(method, "it means the same as `methods`: keep one of them");
    }
    const written = methods ?? method;
    if (written === undefined) return undefined;
    return [...new Set(written.texts().map((name) => this.#methodOf(name, written)))];
  }

  #methods(): string[] {
    return this.#writtenMethods() ?? ["GET"];
  }

  #methodOf(written: string, at: Cursor): string {
    const method = written.toUpperCase();
    if (METHODS.some((known) => known === method)) return method;
    const near = nearest(method, METHODS);
    const hint =
      near === undefined ? `expected one of ${METHODS.join(", ")}` : `did you mean ${near}?`;
    this.#problem(at, `unknown method ${JSON.stringify(written)}, ${hint}`);
    return method;
  }

  #fromMockResponses(path: string, written: Cursor): EndpointConfig[] {
    const data = readMockData(this.#endpoint);
    const byMethod: [string, MockResponse][] = [];
    const routes: EndpointConfig[] = [];
    for (const [key, value] of written.entries()) {
      const [name = "", ownPath] = key.split(/ +/, 2);
      const method = this.#methodOf(name, value);
      const response = readResponse(value, this.#notes.problems);
      if (ownPath === undefined) {
        if (byMethod.some(([known]) => known === method)) {
          this.#problem(value, `there is another response for ${method}: keep one`);
        }
        byMethod.push([method, response]);
        continue;
      }
      const mock = { ...data, responses: { [method]: response } };
      const route = this.#ownRoute(value, method, ownPath);
      if (route !== undefined) routes.push({ ...route, handler: { kind: "mock", mock } });
    }
    const methods = this.#answeredMethods(written, new Set(byMethod.map(([method]) => method)));
    if (methods.length === 0) return routes;
    const fallback = this.#endpoint.get("response");
    const responses = Object.fromEntries(byMethod);
    if (fallback !== undefined) responses["*"] = readResponse(fallback, this.#notes.problems);
    const mock = { ...data, responses };
    return [this.#endpointOf(path, methods, { kind: "mock", mock }), ...routes];
  }

  /** `"GET /users/{id}"` below an endpoint is a route of its own. */
  #ownRoute(
    at: Cursor,
    method: string,
    written: string,
  ): Omit<EndpointConfig, "handler"> | undefined {
    const reading = readPath(written);
    if (reading.kind === "problem") {
      this.#problem(at, reading.problem);
      return undefined;
    }
    return {
      id: `${method} ${reading.path}`,
      path: reading.path,
      methods: [method],
      description: this.#endpoint.get("description")?.text() ?? "",
      position: at.position,
    };
  }

  #answeredMethods(written: Cursor, answered: ReadonlySet<string>): readonly string[] {
    const methods = this.#writtenMethods();
    if (methods === undefined) return [...answered];
    const ownRoutes = answered.size < written.entries().length;
    const fallback = this.#endpoint.get("response") !== undefined;
    for (const method of fallback ? [] : methods.filter((each) => !answered.has(each))) {
      // A method may be listed for the sake of the routes below: `GET` for "GET /users/{id}".
      const meantForRoute = written
        .entries()
        .some(([key]) => key.toUpperCase().startsWith(`${method} `));
      if (ownRoutes && meantForRoute) continue;
      this.#problem(written, `there is no response for ${method}: add one, or remove the method`);
    }
    for (const method of [...answered].filter((each) => !methods.includes(each))) {
      const message = `${written.label}.${method} is never sent: ${method} is not in methods`;
      this.#notes.warnings.push({ message, position: written.position });
    }
    return fallback ? methods : methods.filter((method) => answered.has(method));
  }

  #problem(at: Cursor, message: string): void {
    this.#notes.problems.add("config_invalid", `${at.label}: ${message}`, at.position);
  }
}
