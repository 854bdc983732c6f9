import { EXTISM_NAMESPACE, USER_NAMESPACE } from "../../abi/v1.ts";
import type { GuestFunction } from "../extism-functions.ts";
import { CallContext, type BlockMemory, type Invocation } from "./call-context.ts";
import { ExtismHttp } from "./extism-http.ts";
import { createPeerFunctions } from "./peer-functions.ts";
import type { Redact } from "./redactor.ts";
import type { PluginServices } from "./services.ts";
import { createUserFunctions } from "./user-functions.ts";

/** A plugin's services as one of its instances imports them. */
export interface ServiceBinding {
  /** By namespace and name. Those that are asynchronous in ABI 1 answer a promise. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, GuestFunction>>>>;
  /** A call begins. */
  readonly begin: (invocation: Invocation) => void;
  /** It is over, and what belonged to it ends. */
  readonly end: () => void;
}

/** What an instance needs of its plugin's services, in whatever process these are. */
export interface BoundServices {
  readonly bind: (memory: BlockMemory) => ServiceBinding;
  readonly redact: Redact;
}

/** Services of this process, to be bound; others are as they have to be. */
export function toBound(services: PluginServices | BoundServices): BoundServices {
  if ("bind" in services) return services;
  return { bind: (memory) => bindServices(memory, services), redact: services.redact };
}

/** Binds what a plugin has a right to, to the blocks of one of its instances. */
export function bindServices(memory: BlockMemory, services: PluginServices): ServiceBinding {
  const context = new CallContext(memory);
  const extism = new ExtismHttp(context, services);
  const peers = createPeerFunctions(context, services);
  return {
    functions: {
      [USER_NAMESPACE]: { ...createUserFunctions(context, services), ...peers.functions },
      [EXTISM_NAMESPACE]: extism.functions,
    },
    begin: (invocation) => {
      context.begin(invocation);
      extism.begin();
    },
    end: () => {
      context.end();
      peers.end();
    },
  };
}
