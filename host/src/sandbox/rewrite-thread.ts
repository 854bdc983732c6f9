/** Entry of a thread (rewrite-off-loop.ts): rewrites one module and says what came of it. */
import { parentPort, workerData } from "node:worker_threads";
import { BackworksError } from "../lib/errors.ts";
import type { RewritePolicy } from "../wasm/policy.ts";
import { rewriteModule, type RewrittenModule } from "../wasm/rewrite.ts";

export interface RewriteTask {
  readonly bytes: Uint8Array;
  readonly policy: RewritePolicy;
}

/** Errors lose their class on the way from thread to thread. */
export type RewriteAnswer =
  | { readonly rewritten: RewrittenModule }
  | { readonly refused: Pick<BackworksError, "code" | "message" | "details"> };

function answer({ bytes, policy }: RewriteTask): RewriteAnswer {
  try {
    return { rewritten: rewriteModule(bytes, policy) };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    const { code, message, details } = error;
    return { refused: { code, message, details } };
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by rewrite-off-loop.ts
const answered = answer(workerData as RewriteTask);
const moved = "rewritten" in answered ? [answered.rewritten.bytes.buffer] : [];
parentPort?.postMessage(answered, moved);
