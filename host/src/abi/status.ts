import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";

/** What a hook returns when its output counts. */
export const STATUS_DONE = 0;
/** What a hook returns when it failed; `error_set` says why. */
export const STATUS_FAILED = 1;

/** Every error of a guest has one form: `weather: before_request failed: …`. */
export function guestFailed(guest: string, hook: string, text: string | undefined): BackworksError {
  const reason = text === undefined ? "it gave no reason (error_set)" : escapeLines(text);
  return new BackworksError("guest_failed", `${guest}: ${hook} failed: ${reason}`, {
    details: { plugin: guest, hook },
  });
}

export function guestStatusInvalid(guest: string, hook: string, status: unknown): BackworksError {
  const message = `${guest}: ${hook} returned ${String(status)}, 0 (done) or 1 (failed) is expected`;
  return new BackworksError("guest_status_invalid", message, {
    details: { plugin: guest, hook, status },
  });
}
