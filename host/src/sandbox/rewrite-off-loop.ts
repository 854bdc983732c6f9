import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { BackworksError } from "../lib/errors.ts";
import { mayStartThreads } from "../lib/threads.ts";
import type { CodeCache } from "../wasm/metered-code.ts";
import type { RewritePolicy } from "../wasm/policy.ts";
import { rewriteModule, type RewrittenModule } from "../wasm/rewrite.ts";
import type { RewriteAnswer, RewriteTask } from "./rewrite-thread.ts";
import { V8_FLAG, withoutFlag } from "./v8-flags.ts";

/**
 * Up to so much code a module is metered here: at worst that takes 80 ms, with code that V8 has not
 * optimized, and a thread needs half of it to start. Six megabytes would stop everybody for 800 ms.
 */
const CODE_BYTES_HERE_MAX = 1024 * 1024;

const THREAD: string = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "rewrite-thread.ts" : "rewrite-thread.js",
    import.meta.url,
  ),
);

/** One module after the other: each needs several times its own size. */
let last: Promise<unknown> = Promise.resolve();

/** `rewriteModule`, of which the event loop notices little: the code has `codeBytes`. */
export async function rewriteOffLoop(
  bytes: Uint8Array,
  policy: RewritePolicy,
  codeBytes: number,
  cache: CodeCache,
): Promise<RewrittenModule> {
  // A guest's own process has no right to threads, and nobody in it who is kept waiting.
  if (codeBytes <= CODE_BYTES_HERE_MAX || !mayStartThreads()) {
    using _ = withoutFlag(V8_FLAG.turbofan);
    return rewriteModule(bytes, policy, cache);
  }
  const rewritten = last.then(async () => rewriteInThread({ bytes, policy }));
  last = rewritten.catch(() => undefined);
  return rewritten;
}

async function rewriteInThread(task: RewriteTask): Promise<RewrittenModule> {
  const thread = new Worker(THREAD, { workerData: task });
  try {
    const answer = await answerOf(thread);
    if ("rewritten" in answer) return answer.rewritten;
    const { code, message, details } = answer.refused;
    throw new BackworksError(code, message, { details });
  } finally {
    await thread.terminate();
  }
}

/** Rejects with what the thread throws that is not the module's fault. */
async function answerOf(thread: Worker): Promise<RewriteAnswer> {
  const answers = await once(thread, "message");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sent by rewrite-thread.ts
  return answers[0] as RewriteAnswer;
}
