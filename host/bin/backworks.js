#!/usr/bin/env node
// Plain JavaScript that any Node understands: it only makes sure that the real program runs on a
// Node that has what it needs (JSPI, node:sqlite, `using`), and says what to do if there is none.
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 26;
/** Says to the program that a launcher has found its Node and waits for it. */
const FOUND = "BACKWORKS_NODE_FOUND";
/** Event of the process: its launcher got SIGINT (src/cli/signals.ts). */
const INTERRUPTED = "backworks:interrupted";

function majorOf(version) {
  return Number(version.split(".")[0]);
}

/** The Extism SDK imports node:wasi and never uses it here; its warning would only worry people. */
function silenceWasiWarning() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith("WASI is an experimental feature")) {
      emitWarning.call(process, warning, ...rest);
    }
  };
}

/** A newer Node installed through npm beside this package or above the working directory. */
function findNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  for (const start of [process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
    for (let at = start; ; at = dirname(at)) {
      const candidate = join(at, "node_modules", ".bin", name);
      if (existsSync(candidate) && candidate !== process.execPath) return candidate;
      if (at === dirname(at)) break;
    }
  }
  return undefined;
}

/**
 * A launcher that is killed outright can pass no signal on. Its channel closes with it, and that ends
 * this process as SIGTERM would; the channel itself keeps no process alive.
 */
function endWithLauncher() {
  if (process.env[FOUND] !== "1") return;
  // Who this process starts has no launcher.
  delete process.env[FOUND];
  if (process.connected === false) end();
  process.on("disconnect", end);
  // One that came from the terminal, too, is seen as that first, whatever is read first.
  process.on("message", (times) => setImmediate(interrupt, times));
  process.channel?.unref();
}

/** The launcher got SIGINT so many `times` by now; nobody listens in a command that ends by itself. */
function interrupt(times) {
  if (!process.emit(INTERRUPTED, times)) process.exit(128 + constants.signals.SIGINT);
}

function end() {
  if (!process.emit("SIGTERM", "SIGTERM")) process.exit(128 + constants.signals.SIGTERM);
}

if (majorOf(process.versions.node) >= NEEDED_MAJOR) {
  silenceWasiWarning();
  endWithLauncher();
  const { main } = await import("../dist/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = process.env[FOUND] === "1" ? undefined : findNode();
  if (node === undefined) {
    process.stderr.write(
      `backworks needs Node ${NEEDED_MAJOR} or newer, this is ${process.version}.\n` +
        `Install it beside your project with: npm install --save-dev node@${NEEDED_MAJOR}\n`,
    );
    process.exitCode = 3;
  } else {
    const { spawn } = await import("node:child_process");
    const child = spawn(node, process.argv.slice(1), {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...process.env, [FOUND]: "1" },
    });
    // A terminal sends Ctrl+C to the whole group, a supervisor SIGINT to the launcher alone: the program
    // is told how many there were, and does not count those again that it got itself.
    let interrupts = 0;
    process.on("SIGINT", () => child.connected && child.send(++interrupts, () => {}));
    process.on("SIGHUP", () => child.kill("SIGHUP"));
    // A signal could meet a program that has got one of its own and is all but gone: it would die of it.
    process.on("SIGTERM", () => child.connected && child.disconnect());
    child.on("error", (error) => {
      process.stderr.write(`cannot run ${node}: ${error.message}\n`);
      process.exitCode = 3;
    });
    child.on("exit", (code, signal) => {
      process.exitCode = code ?? 128 + constants.signals[signal];
    });
  }
}
