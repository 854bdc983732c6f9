import type { JsonObject } from "../../../host/src/contracts/json.ts";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createGuest, type Guest, type GuestOptions } from "../../../host/src/sandbox/guest.ts";
import { readGuest } from "../../support/guests.ts";
import { recordLogs, type LogRecords } from "../../support/log-records.ts";
import { wat } from "../../support/wat.ts";

export type GuestSetup = Partial<Omit<GuestOptions, "name" | "module">>;

/** A guest of test/guests, called by its file's name. */
export async function startGuest(name: string, setup: GuestSetup = {}): Promise<Guest> {
  return start(name, await readGuest(name), setup);
}

/** A guest from the text format, called `test`. */
export async function startWat(text: string, setup: GuestSetup = {}): Promise<Guest> {
  return start("test", wat(text), setup);
}

export async function start(name: string, bytes: Uint8Array, setup: GuestSetup): Promise<Guest> {
  const config: JsonObject = {};
  const { logger }: LogRecords = recordLogs("silent");
  return createGuest({ name, module: await compileModule(bytes), config, logger, ...setup });
}

/** Calls a hook with a text and answers its output as one: Latin-1, so that every byte shows. */
export async function callGuest(guest: Guest, hook: HookName, input = ""): Promise<string> {
  return guest.call(hook, { head: input, body: undefined }, (output) => output.toString("latin1"));
}
