import { checkText } from "./runtime/arguments.ts";
import { callForText, findService } from "./runtime/service.ts";

/** Texts that only the operator knows. Needs `capabilities: { secrets: [NAME] }`. */
export interface Secrets {
  /** The value of a secret. The host masks it in everything that the plugin logs. */
  get(name: string): string;
}

const GET = findService("bw_secret_get");

export const secrets: Secrets = {
  get: (name) => callForText(GET, checkText("the name of a secret", name)) ?? "",
};
