import { Buffer } from "node:buffer";
import { BackworksError } from "../lib/errors.ts";
import type { Redact } from "../sandbox/capabilities/redactor.ts";

/**
 * Reads what a hook has returned, without its plugin's secrets in the error if it cannot be read: that
 * quotes the place, for the log.
 */
export function readMasked<T>(read: (output: Buffer) => T, redact: Redact): (output: Buffer) => T {
  return (output) => {
    try {
      return read(output);
    } catch (thrown) {
      if (thrown instanceof BackworksError) requireNoSecret(output, redact, read);
      throw thrown;
    }
  };
}

/** Throws what is wrong with the output as it may be shown, if that is not all of it. */
function requireNoSecret(output: Buffer, redact: Redact, read: (output: Buffer) => unknown): void {
  const text = output.toString("utf8");
  const shown = redact(text);
  if (shown === text) return;
  // Quotes are cut: a part of a secret would not be found in them.
  read(Buffer.from(shown));
  throw new BackworksError("guest_output_malformed", "it is malformed where it holds a secret");
}
