import { BackworksError } from "../../lib/errors.ts";
import { escapeLines } from "../../lib/escape.ts";

/** `during` is what was cut off. */
export function processDied(name: string, during: string, reason: string): BackworksError {
  const message = `${name}: ${during} was cut off with the plugin's process: ${reason}`;
  return new BackworksError("guest_process_died", message, { details: { plugin: name, reason } });
}

/** No process is made now, the last one is gone for `reason`. */
export function endedTooOften(name: string, reason: string): BackworksError {
  const message = `${name}: its process ended too often, a new one is made later: ${reason}`;
  return new BackworksError("guest_process_died", message, { details: { plugin: name, reason } });
}

/** The host's own code failed over there: no plugin's policy may hide it. */
export function bugError(text: string): Error {
  return new Error(`a bug in the host's code in a plugin's process: ${escapeLines(text, 4096)}`);
}
