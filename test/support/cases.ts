import { readFileSync } from "node:fs";
import type { WrittenCase } from "../../host/src/workbench/cases/case.ts";
import { parseCases } from "../../host/src/workbench/cases/read-cases.ts";

/** The cases of a `cases.yaml`, which are what its schema says. */
export function readCases(file: string): readonly WrittenCase[] {
  return parseCases(readFileSync(file, "utf8"), file).map(({ written }) => written);
}

/** As a client sends it. A body that is not text is sent as JSON. */
export function requestOf({ request = {} }: WrittenCase): { path: string; init: RequestInit } {
  const { method = "GET", path = "/", headers = {}, body } = request;
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { path, init: { method, headers: pairs, ...(text !== undefined && { body: text }) } };
}
