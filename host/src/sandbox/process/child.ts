/** Entry of a guest's process (launch.ts): the pipes to the host are descriptors 3 and 4. */
import { Buffer } from "node:buffer";
import { closeSync, readSync, writeSync } from "node:fs";
// A program of its own, though it lives in the sandbox: the process is its to end.
import process from "node:process";
import { ANSWER_BYTES } from "./answers.ts";
import { MessageReader, type RawMessage } from "./message-reader.ts";
import { serveGuest } from "./serve.ts";

const PIPE = 3;
const ANSWERS = 4;
const CHUNK_BYTES = 64 * 1024;

// A service manager signals the whole group at a stop: the host drains first, and then closes the pipe.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => undefined);

// Nothing of whoever started the host (stray-descriptors.ts).
for (const fd of process.argv.slice(2)) closeSync(Number(fd));

const answers = new MessageReader(ANSWER_BYTES);
const answerChunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** Waits for the host in the midst of a call: whatever else it sends comes by the other pipe. */
function readAnswer(): RawMessage {
  for (;;) {
    const length = readSync(ANSWERS, answerChunk);
    if (length === 0) process.exit();
    for (const answer of answers.push(answerChunk.subarray(0, length))) return answer;
  }
}

const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);

await serveGuest({
  readAnswer,
  // Waiting in the system call saves the event loop's part of every call, and nothing else is to do.
  read: () => {
    const length = readSync(PIPE, chunk);
    return length === 0 ? undefined : chunk.subarray(0, length);
  },
  write: (message) => {
    for (let sent = 0; sent < message.length;) sent += writeSync(PIPE, message, sent);
  },
});
process.exit();
