/**
 * Runs the benches one after another, each in a process of its own: what one makes V8 learn must not
 * change the next one's figures. `node --conditions=backworks-source test/bench/main.ts [NAME...]`.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Measure } from "./support.ts";

const HERE = new URL("./", import.meta.url);
const RESULTS = new URL("../../bench-results.json", HERE);
const SUFFIX = ".bench.ts";
/** Behind a bench's name: this process runs it. */
const CHILD = "--child";

const given = process.argv.slice(2);
const [first, mark] = given;
if (mark === CHILD && first !== undefined) await runOne(first);
else await runAll(given);

/** No names are all of them. */
async function runAll(chosen: readonly string[]): Promise<void> {
  const files = (await readdir(HERE)).filter((file) => file.endsWith(SUFFIX)).toSorted();
  const names = files.map((file) => file.slice(0, -SUFFIX.length));
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no bench "${unknown}"; there are ${names.join(", ")}\n`);
    process.exitCode = 1;
    return;
  }
  const measures: Measure[] = [];
  for (const name of names) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const found = await runInChild(name);
    if (found === undefined) process.exitCode = 1;
    else measures.push(...found);
  }
  console.log(printTable(measures));
  await writeFile(RESULTS, `${JSON.stringify(measures, null, 2)}\n`);
}

/** Undefined when the bench failed; its own process has said why. */
async function runInChild(name: string): Promise<readonly Measure[] | undefined> {
  process.stderr.write(`${name} …\n`);
  let measures: readonly Measure[] | undefined;
  const child = fork(fileURLToPath(import.meta.url), [name, CHILD], {
    execArgv: [...process.execArgv, "--disable-warning=ExperimentalWarning"],
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sent by runOne below
  child.on("message", (message) => (measures = message as readonly Measure[]));
  await once(child, "exit");
  return measures;
}

async function runOne(name: string): Promise<void> {
  const bench: { readonly run: () => Promise<readonly Measure[]> } = await import(
    new URL(name + SUFFIX, HERE).href
  );
  process.send?.(await bench.run());
}

function printTable(measures: readonly Measure[]): string {
  const rows = [
    ["bench", "metric", "value", "against", "ratio"],
    ...measures.map(({ bench, metric, value, unit, against, ratio }) => [
      bench,
      metric,
      `${printNumber(value)} ${unit}`,
      against,
      printNumber(ratio),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function printNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
