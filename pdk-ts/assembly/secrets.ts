import { giveText, takeText } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";

/** Secrets that the operator has given. Needs `capabilities: { secrets: [name] }`. */
export namespace secrets {
  export function get(name: string): string {
    return takeText(resultOf(host.secretGet(giveText(name))));
  }
}
