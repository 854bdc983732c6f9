import { logDebug, logError, logInfo, logWarn } from "./kernel";
import { textToBlock } from "./transfer";

/** Lines in the host's log, with the plugin's name. The host frees the block of a message. */
export namespace log {
  // A kernel without room for the message loses it: logging never fails a hook.
  export function debug(message: string): void {
    const block = textToBlock(message);
    if (block != 0) logDebug(block);
  }

  export function info(message: string): void {
    const block = textToBlock(message);
    if (block != 0) logInfo(block);
  }

  export function warn(message: string): void {
    const block = textToBlock(message);
    if (block != 0) logWarn(block);
  }

  export function error(message: string): void {
    const block = textToBlock(message);
    if (block != 0) logError(block);
  }
}
