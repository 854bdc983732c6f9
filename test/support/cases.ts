import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** One entry of a `cases.yaml`: a request and what its response has at least. */
export interface Case {
  readonly name: string;
  readonly request: {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | object;
  };
}

export function readCases(file: string | URL): readonly Case[] {
  return parse(readFileSync(file, "utf8"));
}

/** A body that is not text is sent as JSON. */
export function requestOf({ request }: Case): RequestInit {
  const { method = "GET", headers = {}, body } = request;
  if (body === undefined) return { method, headers };
  return { method, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}
