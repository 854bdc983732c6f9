import { configGet } from "./kernel";
import { textFromBlock, textToBlock } from "./transfer";

/** The plugin's configuration: `plugins.NAME.config` in `backworks.yaml`. */
export namespace config {
  /** The value of a key: a string as it is, anything else as JSON text; null when it is not set. */
  export function get(key: string): string | null {
    const block = textToBlock(key);
    return block == 0 ? null : textFromBlock(configGet(block));
  }
}
