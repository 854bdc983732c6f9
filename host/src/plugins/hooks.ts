import type { Buffer } from "node:buffer";
import { readEdits } from "../abi/edits-frame.ts";
import { printExchange } from "../abi/exchange-frame.ts";
import { readVerdict } from "../abi/verdict.ts";
import type { Exchange } from "../contracts/exchange.ts";
import { HOOKS, isEditsHookName, isExchangeHookName } from "../contracts/hooks.ts";
import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import { checkWrites, narrowFields, type FieldRights } from "./field-rights.ts";
import type { LoadedPlugin } from "./load.ts";
import { readMasked } from "./masked-read.ts";

const EXCHANGE_HOOKS = Object.keys(HOOKS).filter(isExchangeHookName);

/** The hooks of a plugin that see requests. */
export function createHooks(plugin: LoadedPlugin): Hook<ExchangeHookName>[] {
  return EXCHANGE_HOOKS.flatMap((name) => {
    const declaration = plugin.manifest.hooks[name];
    if (declaration === undefined) return [];
    return [createHook(plugin, name, narrowFields(declaration, plugin.grants.hooks[name]))];
  });
}

/** Exchange frame in, guest, and what the hook answers out. */
function createHook(
  plugin: LoadedPlugin,
  name: ExchangeHookName,
  rights: FieldRights,
): Hook<ExchangeHookName> {
  const { reads, writes } = rights;
  const { redact } = plugin.services;
  const place = placeOf(plugin, name);
  const call = <T>(exchange: Exchange, read: (output: Buffer) => T): T | Promise<T> =>
    plugin.guest.call(name, printExchange(exchange, name, reads), read, {
      limits: plugin.limits.ofRoute(exchange.route, name),
      request: exchange,
    });
  if (isEditsHookName(name)) {
    const read = readMasked((output) => {
      const edits = readEdits(output, name);
      checkWrites(edits, writes, name);
      return edits;
    }, redact);
    return { ...place, name, run: (exchange) => call(exchange, read) };
  }
  if (name === "audit_log") {
    return { ...place, name, run: (exchange) => call(exchange, () => undefined) };
  }
  const read = readMasked((output) => readVerdict(output, name), redact);
  return { ...place, name, run: (exchange) => call(exchange, read) };
}

type Place = Omit<Hook<ExchangeHookName>, "name" | "run">;

function placeOf(
  { name: plugin, manifest, critical }: LoadedPlugin,
  name: ExchangeHookName,
): Place {
  const { provides, consumes } = manifest;
  const { match = {}, priority = 0, before = [], after = [] } = manifest.hooks[name] ?? {};
  return { plugin, critical, match, priority, before, after, provides, consumes };
}
