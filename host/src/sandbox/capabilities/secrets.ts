import type { Rights } from "../../contracts/capabilities.ts";
import { CapabilityError } from "./capability-error.ts";

/** The value of a secret that the plugin asks for and the operator has given. */
export function readSecret(secrets: Rights["secrets"], name: string): string {
  const value = secrets.get(name);
  if (value !== undefined) return value;
  const message = `the secret ${JSON.stringify(name)} is not granted: the plugin has to ask for it in capabilities.secrets, the operator to set it in grants.secrets`;
  throw new CapabilityError("not_granted", message);
}
