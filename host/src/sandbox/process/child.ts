/** Entry of a guest's process (launch.ts): the pipe to the host is descriptor 3. */
import { Buffer } from "node:buffer";
import { closeSync, readSync, writeSync } from "node:fs";
// A program of its own, though it lives in the sandbox: the process is its to end.
import process from "node:process";
import { serveGuest } from "./serve.ts";

const PIPE = 3;
const CHUNK_BYTES = 64 * 1024;

// A service manager signals the whole group at a stop: the host drains first, and then closes the pipe.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => undefined);

// Nothing of whoever started the host (stray-descriptors.ts).
for (const fd of process.argv.slice(2)) closeSync(Number(fd));

const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);

await serveGuest({
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
