import type { Kernel } from "../../abi/kernel.ts";
import { EXTISM_NAMESPACE, USER_NAMESPACE } from "../../abi/v1.ts";
import type { GuestFunction } from "../extism-functions.ts";
import { CallContext, type Invocation } from "./call-context.ts";
import { ExtismHttp } from "./extism-http.ts";
import type { PluginServices } from "./services.ts";
import { createUserFunctions } from "./user-functions.ts";

/** A plugin's services as one of its instances imports them. */
export interface ServiceBinding {
  /** By namespace and name. Those that are asynchronous in ABI 1 answer a promise. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, GuestFunction>>>>;
  /** A call begins: nothing of the one before is left. */
  readonly begin: (invocation: Invocation) => void;
}

/** Binds what a plugin has a right to, to the kernel of one of its instances. */
export function bindServices(kernel: Kernel, services: PluginServices): ServiceBinding {
  const context = new CallContext(kernel);
  const extism = new ExtismHttp(context, services);
  return {
    functions: {
      [USER_NAMESPACE]: createUserFunctions(context, services),
      [EXTISM_NAMESPACE]: extism.functions,
    },
    begin: (invocation) => {
      context.begin(invocation);
      extism.begin();
    },
  };
}
