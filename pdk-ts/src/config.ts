import { readConfig } from "./runtime/native.ts";

/** The plugin's configuration: `plugins.NAME.config` in `backworks.yaml`. */
export interface Config {
  /** The value of a key: a string as it is, anything else as JSON text; null when it is not set. */
  get(key: string): string | null;
  /** All of it, checked by the host against the plugin's `config_schema` before the first hook. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  all<T = Readonly<Record<string, unknown>>>(): T;
}

/** Reserved key for the whole object; no configuration can have it. */
const WHOLE = "backworks:config";

export const config: Config = {
  get: (key) => readConfig(key),
  all: () => JSON.parse(readConfig(WHOLE) ?? "{}"),
};
