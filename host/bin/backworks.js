#!/usr/bin/env node
// Plain JavaScript that any Node understands: it only makes sure that the real program runs on a
// Node that has what it needs (JSPI, node:sqlite, `using`), and says what to do if there is none.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 26;

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

if (majorOf(process.versions.node) >= NEEDED_MAJOR) {
  silenceWasiWarning();
  const { main } = await import("../dist/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = process.env["BACKWORKS_NODE_FOUND"] === "1" ? undefined : findNode();
  if (node === undefined) {
    process.stderr.write(
      `backworks needs Node ${NEEDED_MAJOR} or newer, this is ${process.version}.\n` +
        `Install it beside your project with: npm install --save-dev node@${NEEDED_MAJOR}\n`,
    );
    process.exitCode = 3;
  } else {
    const { spawn } = await import("node:child_process");
    const child = spawn(node, process.argv.slice(1), {
      stdio: "inherit",
      env: { ...process.env, BACKWORKS_NODE_FOUND: "1" },
    });
    // A terminal sends Ctrl+C to the whole group: passing it on would be a second one, which ends at once.
    process.on("SIGINT", () => {});
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.on("error", (error) => {
      process.stderr.write(`cannot run ${node}: ${error.message}\n`);
      process.exitCode = 3;
    });
    child.on("exit", (code, signal) => {
      process.exitCode = code ?? (signal === null ? 1 : 128 + 15);
    });
  }
}
