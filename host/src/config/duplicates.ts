import { printPosition } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import type { EndpointConfig } from "../contracts/config.ts";
import { pathShape } from "./path.ts";
import type { Problems } from "./problems.ts";

/** No two endpoints may have one id, or answer the same request. */
export function refuseDuplicates(endpoints: readonly EndpointConfig[], problems: Problems): void {
  const routes = new Map<string, SourcePosition>();
  const ids = new Map<string, SourcePosition>();
  for (const { id, path, methods, position } of endpoints) {
    const twin = ids.get(id);
    if (twin !== undefined) {
      const message = `two endpoints have the id ${JSON.stringify(id)}: the other one is at ${printPosition(twin)}`;
      problems.add("config_invalid", message, position);
      continue;
    }
    ids.set(id, position);
    for (const method of methods) {
      const route = `${method} ${pathShape(path)}`;
      const first = routes.get(route);
      if (first !== undefined) {
        const message = `${method} ${path} is already answered by the endpoint at ${printPosition(first)}: remove one`;
        problems.add("config_invalid", message, position);
      }
      routes.set(route, first ?? position);
    }
  }
}
