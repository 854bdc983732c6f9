import { printPath, type ConfigPath } from "../../config/node.ts";
import type { CapabilitiesAsked } from "../../contracts/capabilities.ts";
import { BackworksError } from "../../lib/errors.ts";
import { coversOrigin, originOf, printOrigin } from "../../lib/origin.ts";
import { nearest } from "../../lib/suggest.ts";
import type { DoubleOptions } from "./doubles.ts";
import { ManualClock } from "./manual-clock.ts";

/** What is wrong with a double, and where in the test. */
export interface DoubleProblem {
  readonly path: ConfigPath;
  /** With the path in front. */
  readonly message: string;
}

const OPTIONS = "kv http sql tcp secrets plugins clock random config positions load".split(" ");
const HTTP_KEYS = ["method", "url", "times", "status", "headers", "body", "fault", "answer"];
const SQL_KEYS = ["database", "statement", "parameters", "rows", "fault"];
const TCP_KEYS = ["expects", "sends", "closes"];

/**
 * Finds doubles that nothing the plugin does can ever meet: of what it does not ask for, and with keys
 * that say nothing. The schema of cases.yaml knows the keys; a test in JavaScript has only this.
 */
export function findDoubleProblems(
  asked: CapabilitiesAsked,
  options: DoubleOptions,
): DoubleProblem[] {
  return [
    ...unknownKeys(options, OPTIONS, []),
    ...clockProblems(options.clock),
    ...(asked.kv || Object.keys(options.kv ?? {}).length === 0
      ? []
      : [problem(["kv"], "the plugin does not ask for kv under capabilities")]),
    ...(options.http ?? []).flatMap((route, index) => [
      ...unknownKeys(route, HTTP_KEYS, ["http", index]),
      ...urlProblems(route.url, asked, ["http", index, "url"]),
    ]),
    ...(options.sql ?? []).flatMap((answer, index) => [
      ...unknownKeys(answer, SQL_KEYS, ["sql", index]),
      ...unasked("sql", answer.database ?? "", asked.sql, ["sql", index, "database"]),
    ]),
    ...Object.entries(options.tcp ?? {}).flatMap(([peer, steps]) => [
      ...unasked("tcp", peer, asked.tcp, ["tcp", peer]),
      ...steps.flatMap((step, index) => unknownKeys(step, TCP_KEYS, ["tcp", peer, index])),
    ]),
    ...Object.keys(options.secrets ?? {}).flatMap((name) =>
      unasked("secrets", name, asked.secrets, ["secrets", name]),
    ),
    ...Object.keys(options.plugins ?? {}).flatMap((name) =>
      unasked("plugins", name, asked.plugins, ["plugins", name]),
    ),
  ];
}

function clockProblems(clock: DoubleOptions["clock"]): DoubleProblem[] {
  try {
    void new ManualClock(clock);
    return [];
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return [{ path: ["clock"], message: error.message }];
  }
}

function unasked(
  capability: "sql" | "tcp" | "secrets" | "plugins",
  name: string,
  names: readonly string[],
  path: ConfigPath,
): DoubleProblem[] {
  // A statement without a database is for any.
  if (names.includes(name) || (name === "" && names.length > 0)) return [];
  const list = names.length === 0 ? "nothing" : names.join(", ");
  const meant = nearest(name, names);
  const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
  return [problem(path, `the plugin asks for ${list} under capabilities.${capability}${advice}`)];
}

/** A pattern that ends before its host does may stand for any. */
function urlProblems(url: unknown, asked: CapabilitiesAsked, path: ConfigPath): DoubleProblem[] {
  if (typeof url !== "string")
    return [problem(path, "expected a URL, or the beginning of one and *")];
  const isOpen = url.endsWith("*");
  if (isOpen && !/^https?:\/\/[^/]+\//i.test(url)) return [];
  const parsed = URL.parse(isOpen ? url.slice(0, -1) : url);
  const origin = parsed === null ? undefined : originOf(parsed);
  if (origin === undefined) {
    return [
      problem(path, `expected a URL such as https://a.example/x, found ${JSON.stringify(url)}`),
    ];
  }
  if (asked.http.some((pattern) => coversOrigin(pattern, origin))) return [];
  const hosts = asked.http.length === 0 ? "no host" : asked.http.map(printOrigin).join(", ");
  const found = printOrigin(origin);
  return [problem(path, `the plugin asks for ${hosts} under capabilities.http, not for ${found}`)];
}

function unknownKeys(of: object, known: readonly string[], path: ConfigPath): DoubleProblem[] {
  return Object.keys(of)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = nearest(key, known);
      const advice =
        meant === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${meant}?`;
      return problem([...path, key], `unknown key, ${advice}`);
    });
}

function problem(path: ConfigPath, what: string): DoubleProblem {
  return { path, message: `${printPath(path)}: ${what}` };
}
