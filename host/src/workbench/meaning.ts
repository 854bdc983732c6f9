import { readEdits } from "../abi/edits-frame.ts";
import { readAnswer } from "../abi/message-frame.ts";
import { readVerdict } from "../abi/verdict.ts";
import type { Edits } from "../contracts/exchange.ts";
import { isEditsHookName, isVerdictHookName } from "../contracts/hooks.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { MessageAnswer } from "../contracts/messages.ts";
import type { Verdict } from "../contracts/security.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { checkWrites } from "../plugins/field-rights.ts";
import { readFigures } from "../plugins/figures.ts";
import { parseHealth } from "../plugins/health.ts";

/** What the host makes of an output; of some it makes nothing, or looks only whether it is sound. */
export type Meaning =
  | { readonly kind: "edits"; readonly edits: Edits }
  | { readonly kind: "verdict"; readonly verdict: Verdict | undefined }
  | { readonly kind: "answer"; readonly answer: MessageAnswer }
  | { readonly kind: "raw" };

/** Throws what the host throws for an output that is not what the hook answers. */
export function readMeaning(
  { manifest }: CheckedPlugin,
  hook: HookName,
  output: Uint8Array,
): Meaning {
  if (isEditsHookName(hook)) {
    const edits = readEdits(output, hook);
    const writes = manifest.hooks[hook]?.writes;
    if (writes !== undefined) checkWrites(edits, writes, hook);
    return { kind: "edits", edits };
  }
  if (isVerdictHookName(hook)) return { kind: "verdict", verdict: readVerdict(output, hook) };
  if (hook === "on_message") return { kind: "answer", answer: readAnswer(output) };
  if (hook === "health_check") parseHealth(output);
  if (hook === "get_metrics") readFigures(output);
  return { kind: "raw" };
}
