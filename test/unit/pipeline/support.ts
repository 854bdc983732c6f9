import { EMPTY_BODY, NO_EDITS } from "../../../host/src/contracts/exchange.ts";
import type { Edits, Exchange, ResponseMessage } from "../../../host/src/contracts/exchange.ts";
import type { Hook } from "../../../host/src/contracts/hooks.ts";

export function edits(some: Partial<Edits>): Edits {
  return { ...NO_EDITS, ...some };
}

export function hook(plugin: string, some: Partial<Hook> = {}): Hook {
  return {
    plugin,
    name: "before_request",
    critical: false,
    match: {},
    priority: 0,
    before: [],
    after: [],
    run: () => NO_EDITS,
    ...some,
  };
}

export function exchange(some: Partial<Exchange> = {}): Exchange {
  return {
    id: "id",
    route: "users",
    client: "127.0.0.1",
    params: {},
    request: { method: "GET", target: "/users/7", headers: [], body: EMPTY_BODY },
    response: undefined,
    context: new Map(),
    ...some,
  };
}

export function answer(body: string, status = 200): ResponseMessage {
  return { status, headers: [], body: Buffer.from(body) };
}
