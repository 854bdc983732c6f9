import { SERVICES, SERVICES_NAMESPACE, type CapabilityName } from "../services.ts";
import { readImports, writeImports } from "./wasm/imports.ts";

/**
 * Stands where a host function stood that the plugin may not import: every Extism host has it. No
 * service has its type, so that calling it through the table (engine/service-slots.ts) is a trap.
 */
const PLACEHOLDER = { module: "extism:host/env", name: "free" } as const;

/**
 * The import section of the engine for a plugin with these capabilities: host functions of others
 * give way to the placeholder. Their number stays, and with it the index of every function.
 */
export function restrictImports(
  body: Uint8Array,
  capabilities: ReadonlySet<CapabilityName>,
): Uint8Array {
  const imports = readImports(body);
  const placeholder = imports.find(
    ({ module, name }) => module === PLACEHOLDER.module && name === PLACEHOLDER.name,
  );
  if (placeholder === undefined) throw new Error(`the engine does not import ${PLACEHOLDER.name}`);
  const open = new Set<string>(
    SERVICES.filter(({ capability }) =>
      capability === "any" ? capabilities.size > 0 : capabilities.has(capability),
    ).map(({ name }) => name),
  );
  return writeImports(
    imports.map((entry) =>
      entry.module !== SERVICES_NAMESPACE || open.has(entry.name) ? entry : placeholder,
    ),
  );
}
