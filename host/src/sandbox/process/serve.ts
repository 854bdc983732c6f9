import type { Buffer } from "node:buffer";
import { assert } from "../../lib/assert.ts";
import { BackworksError } from "../../lib/errors.ts";
import type { LogLevel } from "../../lib/log-level.ts";
import type { LogFields, Logger } from "../../lib/logger.ts";
import type { CallRecord } from "../call-meter.ts";
import { compileModule } from "../compile.ts";
import { createGuest, type Guest } from "../guest.ts";
import { readAnswer, type HostAnswer } from "./answers.ts";
import { MessageReader, type RawMessage } from "./message-reader.ts";
import { printQuestion, type Question } from "./questions.ts";
import { createRemoteServices } from "./remote-services.ts";
import {
  addUsed,
  NOTHING_USED,
  printBug,
  printDone,
  printFailure,
  printReady,
  printRecord,
  START_ID,
  type Used,
} from "./replies.ts";
import { readRequest, REQUEST_BYTES_MAX, type GuestRequest } from "./requests.ts";

/** The pipe to the host, as a guest's process sees it. Both wait until they are done. */
export interface Channel {
  /** The next bytes, lent until the next read; undefined when the host is gone. */
  readonly read: () => Buffer | undefined;
  readonly write: (message: Buffer) => void;
  /** The host's answer to a question that was written, lent until the next one. */
  readonly readAnswer: () => RawMessage;
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
  let guest: ServedGuest | undefined;
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

interface ServedGuest {
  readonly guest: Guest;
  readonly last: { used: Used };
}

async function startGuest(
  { settings, bytes }: StartRequest,
  channel: Channel,
): Promise<ServedGuest | undefined> {
  const { name, config, limits, logLevels, services: terms } = settings;
  const last = { used: NOTHING_USED };
  try {
    const module = await compileModule(bytes, limits);
    const logger = createPipeLogger(channel, logLevels);
    const onCall = ({ fuel, memoryBytes }: CallRecord): void => {
      last.used = { fuel, memoryBytes };
    };
    const services = terms && createRemoteServices((question) => ask(channel, question), terms);
    const options = { name, module, config, limits, logger, onCall, hasClock: terms?.hasClock };
    const guest = await createGuest({ ...options, ...(services && { services }) });
    channel.write(printReady());
    return { guest, last };
  } catch (thrown) {
    channel.write(printThrown(START_ID, thrown));
    return undefined;
  }
}

async function serveCall(
  { guest, last }: ServedGuest,
  { id, hook, limits, input }: CallRequest,
  channel: Channel,
): Promise<void> {
  // A call that does not even get an instance uses nothing.
  last.used = NOTHING_USED;
  let reply: Buffer;
  try {
    // Head and body follow each other in the guest's input: to the kernel they are one.
    const parts = { head: "", body: input };
    reply = await guest.call(hook, parts, (output) => printDone(id, output), { limits });
  } catch (thrown) {
    reply = printThrown(id, thrown);
  }
  channel.write(addUsed(reply, last.used));
}

function ask(channel: Channel, question: Question): HostAnswer {
  channel.write(printQuestion(question));
  return readAnswer(channel.readAnswer());
}

function printThrown(id: number, thrown: unknown): Buffer {
  return thrown instanceof BackworksError ? printFailure(id, thrown) : printBug(id, thrown);
}

/** The plugin's logger on the other side of the pipe. */
function createPipeLogger(channel: Channel, levels: readonly LogLevel[]): Logger {
  const writer =
    (level: LogLevel) =>
    (fields: LogFields, text: string): void => {
      channel.write(printRecord(level, fields, text));
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
