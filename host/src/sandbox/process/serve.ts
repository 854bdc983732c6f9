import type { Buffer } from "node:buffer";
import { assert } from "../../lib/assert.ts";
import { BackworksError } from "../../lib/errors.ts";
import type { LogLevel } from "../../lib/log-level.ts";
import type { LogFields, Logger } from "../../lib/logger.ts";
import { compileModule } from "../compile.ts";
import { createGuest, type Guest } from "../guest.ts";
import { MessageReader } from "./message-reader.ts";
import { printBug, printDone, printFailure, printReady, printRecord, START_ID } from "./replies.ts";
import { readRequest, REQUEST_BYTES_MAX, type GuestRequest } from "./requests.ts";

/** The pipe to the host, as a guest's process sees it. Both wait until they are done. */
export interface Channel {
  /** The next bytes, lent until the next read; undefined when the host is gone. */
  readonly read: () => Buffer | undefined;
  readonly write: (message: Buffer) => void;
}

type StartRequest = Extract<GuestRequest, { kind: "start" }>;
type CallRequest = Extract<GuestRequest, { kind: "call" }>;

/**
 * Serves one guest until the host is gone: the sandbox of the host in a process of its own. Calls run
 * one after another, and each answer leaves before the next call begins, so that the host knows which
 * one hangs.
 */
export async function serveGuest(channel: Channel): Promise<void> {
  const reader = new MessageReader(REQUEST_BYTES_MAX);
  let guest: Guest | undefined;
  for (let chunk = channel.read(); chunk !== undefined; chunk = channel.read()) {
    for (const message of reader.push(chunk)) {
      const request = readRequest(message);
      if (request.kind === "start") {
        guest = await startGuest(request, channel);
        if (guest === undefined) return;
      } else {
        assert(guest !== undefined, "a guest is started before it is called");
        await serveCall(guest, request, channel);
      }
    }
  }
}

async function startGuest(
  { settings, bytes }: StartRequest,
  channel: Channel,
): Promise<Guest | undefined> {
  const { name, config, limits, logLevels } = settings;
  try {
    const module = await compileModule(bytes, limits);
    const logger = createPipeLogger(channel, logLevels);
    const guest = await createGuest({ name, module, config, limits, logger });
    channel.write(printReady());
    return guest;
  } catch (thrown) {
    channel.write(printThrown(START_ID, thrown));
    return undefined;
  }
}

async function serveCall(
  guest: Guest,
  { id, hook, limits, input }: CallRequest,
  channel: Channel,
): Promise<void> {
  try {
    // Head and body follow each other in the guest's input: to the kernel they are one.
    const parts = { head: "", body: input };
    channel.write(await guest.call(hook, parts, (output) => printDone(id, output), { limits }));
  } catch (thrown) {
    channel.write(printThrown(id, thrown));
  }
}

function printThrown(id: number, thrown: unknown): Buffer {
  return thrown instanceof BackworksError ? printFailure(id, thrown) : printBug(id, thrown);
}

/** The plugin's logger on the other side of the pipe. */
function createPipeLogger(channel: Channel, levels: readonly LogLevel[]): Logger {
  const writer =
    (level: LogLevel) =>
    (fields: LogFields, text: string): void => {
      channel.write(printRecord({ level, fields, text }));
    };
  const logger: Logger = {
    trace: writer("trace"),
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
    child: () => logger,
    isLevelEnabled: (level) => levels.includes(level),
  };
  return logger;
}
