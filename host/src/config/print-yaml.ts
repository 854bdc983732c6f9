import { stringify } from "yaml";
import type { Json, JsonObject } from "../contracts/json.ts";

/** A value as YAML that people read: no line is broken that was not. */
export function printYaml(value: Json): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}

/** The same for a configuration file, where it comes out as it went in: no text is a variable. */
export function printConfigYaml(value: JsonObject): string {
  return printYaml(value).replaceAll(/\$\{(?=[A-Z_])/g, () => "$${");
}
