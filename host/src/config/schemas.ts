import { readFileSync } from "node:fs";
import type { JsonObject } from "../contracts/json.ts";
import { compileOwnSchema } from "./schema.ts";
import type { SchemaCheck } from "./schema.ts";

/**
 * In the repository the schemas lie beside `host/`, where people and editors look for them; the build
 * copies them beside `dist/` for the package. Sources never read that copy: it may be old.
 */
const FOLDER: string = import.meta.url.endsWith(".ts") ? "../../../schemas/" : "../../schemas/";

const checks = new Map<string, SchemaCheck>();

/** The check of one of our own schemas, compiled at its first use. */
export function ownSchema(name: "cases" | "config" | "plugin-manifest" | "recording"): SchemaCheck {
  const known = checks.get(name);
  if (known !== undefined) return known;
  const url = new URL(`${FOLDER}${name}.schema.json`, import.meta.url);
  const schema: JsonObject = JSON.parse(readFileSync(url, "utf8"));
  const check = compileOwnSchema(schema);
  checks.set(name, check);
  return check;
}
