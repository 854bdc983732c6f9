import { readEdits } from "../abi/edits-frame.ts";
import { printExchange } from "../abi/exchange-frame.ts";
import type { Edits } from "../contracts/exchange.ts";
import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import { checkWrites, narrowFields } from "./field-rights.ts";
import type { LoadedPlugin } from "./load.ts";

const EXCHANGE_HOOKS: readonly ExchangeHookName[] = [
  "before_request",
  "process_endpoint",
  "after_response",
];

/** The hooks of a plugin that see requests: exchange frame in, guest, edits frame out. */
export function createHooks(plugin: LoadedPlugin): Hook[] {
  const { name, manifest, critical, guest, grants, limits } = plugin;
  const { provides, consumes } = manifest;
  return EXCHANGE_HOOKS.flatMap((hook) => {
    const declaration = manifest.hooks[hook];
    if (declaration === undefined) return [];
    const { match, priority, before, after } = declaration;
    const { reads, writes } = narrowFields(declaration, grants.hooks[hook]);
    const read = (output: Uint8Array): Edits => {
      const edits = readEdits(output, hook);
      checkWrites(edits, writes, hook);
      return edits;
    };
    return [
      {
        plugin: name,
        name: hook,
        critical,
        match,
        priority,
        before,
        after,
        provides,
        consumes,
        run: (exchange) =>
          guest.call(hook, printExchange(exchange, hook, reads), read, {
            limits: limits.ofRoute(exchange.route, hook),
          }),
      },
    ];
  });
}
