import type { Json } from "../contracts/json.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import type { Ids } from "../lib/ids.ts";
import { TIME_MS_MAX, parseTime, printTime } from "../lib/time.ts";

/** Where templates get what is not in the request. */
export interface TemplateTools {
  readonly clock: Pick<Clock, "now">;
  readonly ids: Ids;
  /** From 0 to below 1, like `Math.random`. */
  readonly random: () => number;
}

export type Arguments = readonly (Json | undefined)[];

export interface TemplateFunction {
  /** Shown in messages. */
  readonly usage: string;
  /** Numbers of arguments it takes. */
  readonly arities: readonly number[];
  /** Throws `request_malformed` when an argument is of no use. */
  readonly call: (tools: TemplateTools, args: Arguments) => Json;
}

const DAY_MS = 86_400_000;
const FIRST_NAMES = ["Ada", "Alan", "Barbara", "Dennis", "Edsger", "Frances", "Grace", "Ken"];
const LAST_NAMES = ["Allen", "Dijkstra", "Hopper", "Liskov", "Lovelace", "Ritchie", "Turing"];

/** The functions of the templates, by name. Addresses and numbers are of ranges kept for examples. */
export const TEMPLATE_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ["now", { usage: "now()", arities: [0], call: ({ clock }) => printTime(clock.now()) }],
  [
    "date_add",
    {
      usage: "date_add(date, days)",
      arities: [2],
      call: (_, [date, days]) => shiftDate(date, numberOf(days, "date_add(date, days)")),
    },
  ],
  [
    "date_subtract",
    {
      usage: "date_subtract(date, days)",
      arities: [2],
      call: (_, [date, days]) => shiftDate(date, -numberOf(days, "date_subtract(date, days)")),
    },
  ],
  ["random_int", { usage: "random_int(min, max)", arities: [2], call: randomInt }],
  [
    "random_float",
    { usage: "random_float() or random_float(min, max)", arities: [0, 2], call: randomFloat },
  ],
  ["random_uuid", { usage: "random_uuid()", arities: [0], call: randomUuid }],
  ["random_name", { usage: "random_name()", arities: [0], call: randomName }],
  [
    "random_email",
    {
      usage: "random_email()",
      arities: [0],
      call: (tools) =>
        `${randomName(tools).toLowerCase().replace(" ", ".")}${below(tools, 1000)}@example.com`,
    },
  ],
  [
    "random_phone",
    {
      usage: "random_phone()",
      arities: [0],
      call: (tools) => `+1-${200 + below(tools, 800)}-555-01${twoDigits(below(tools, 100))}`,
    },
  ],
] satisfies [string, TemplateFunction][]);

/** Days may have fractions. */
function shiftDate(date: Json | undefined, days: number): string {
  const from = typeof date === "string" ? parseTime(date) : undefined;
  const to = (from ?? NaN) + days * DAY_MS;
  if (Math.abs(to) <= TIME_MS_MAX) return printTime(to);
  throw unusable("date_add(date, days)", "a date such as 2026-01-31 and a number of days", date);
}

function randomInt(tools: TemplateTools, [from, to]: Arguments): number {
  const usage = "random_int(min, max)";
  const min = numberOf(from, usage);
  const max = numberOf(to, usage);
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
    throw unusable(usage, "whole numbers with min <= max", `${min}, ${max}`);
  }
  return min + below(tools, max - min + 1);
}

function randomFloat(tools: TemplateTools, args: Arguments): number {
  if (args.length === 0) return tools.random();
  const usage = "random_float(min, max)";
  const min = numberOf(args[0], usage);
  return min + tools.random() * (numberOf(args[1], usage) - min);
}

/** Version 4 of RFC 9562: an id with the six fixed bits in their places. */
function randomUuid({ ids }: TemplateTools): string {
  const hex = ids();
  const variant = "89ab".charAt(parseInt(hex.charAt(16), 16) % 4);
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return groups.join("-");
}

function randomName(tools: TemplateTools): string {
  const first = FIRST_NAMES[below(tools, FIRST_NAMES.length)];
  return `${first} ${LAST_NAMES[below(tools, LAST_NAMES.length)]}`;
}

function below(tools: TemplateTools, count: number): number {
  return Math.floor(tools.random() * count);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Values of queries and paths are text: `random_int(1, query.max)` takes their digits. */
function numberOf(value: Json | undefined, usage: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw unusable(usage, "a number", value);
}

function unusable(usage: string, expected: string, found: Json | undefined): BackworksError {
  const shown = JSON.stringify(found ?? null).slice(0, 80);
  return new BackworksError("request_malformed", `${usage}: expected ${expected}, found ${shown}`);
}
