import { readEdits } from "../abi/edits-frame.ts";
import { printExchange } from "../abi/exchange-frame.ts";
import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import type { LoadedPlugin } from "./load.ts";

const EXCHANGE_HOOKS: readonly ExchangeHookName[] = [
  "before_request",
  "process_endpoint",
  "after_response",
];

/** The hooks of a plugin that see requests: exchange frame in, guest, edits frame out. */
export function createHooks(plugin: LoadedPlugin): Hook[] {
  const { name, manifest, critical, guest } = plugin;
  return EXCHANGE_HOOKS.flatMap((hook) => {
    const declaration = manifest.hooks[hook];
    if (declaration === undefined) return [];
    const { match, priority, before, after, reads } = declaration;
    return [
      {
        plugin: name,
        name: hook,
        critical,
        match,
        priority,
        before,
        after,
        run: (exchange) =>
          guest.call(hook, printExchange(exchange, hook, reads), (output) =>
            readEdits(output, hook),
          ),
      },
    ];
  });
}
