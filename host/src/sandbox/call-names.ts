import type { LogFields } from "../lib/logger.ts";

/** Who is waiting for whom: names from the first plugin to the one that runs. */
export type CallChain = readonly string[];

/** How a request is called in logs and answers; an exchange is lent as its own. */
export interface RequestNames {
  readonly id: string;
  readonly route: string;
}

/** Likewise an event. */
export interface EventNames {
  readonly id: string;
  readonly topic: string;
  readonly publisher: string;
}

/** Where a call of a plugin comes from. */
export interface CallOrigin {
  /** Ends with the plugin itself. */
  readonly chain: CallChain;
  /** The one at the beginning, if there is one. */
  readonly request?: RequestNames | undefined;
  /** Aborted when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

/** A call, as far as it has names. */
export interface CallNames extends CallOrigin {
  /** Or the function that starts the guest. */
  readonly hook?: string | undefined;
  /** What `on_event` is told of. */
  readonly event?: EventNames | undefined;
}

/** How log lines name a call beside its plugin, built when there is one to be written. */
export function callFields({ chain, request, hook, event }: CallNames): LogFields {
  const caller = chain.at(-2);
  return {
    ...(request !== undefined && { requestId: request.id, route: request.route }),
    ...(hook !== undefined && { hook }),
    ...(caller !== undefined && { caller }),
    ...(event !== undefined && {
      topic: event.topic,
      publisher: event.publisher,
      event: event.id,
    }),
  };
}
