import { Buffer, isUtf8 } from "node:buffer";
import { printYaml } from "../../config/print-yaml.ts";
import type { HeaderList } from "../../contracts/exchange.ts";
import { isExchangeHookName } from "../../contracts/hooks.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { WrittenCase } from "../cases/case.ts";
import type { CaseResult } from "../cases/run-case.ts";
import { makeExchange } from "../exchange-spec.ts";
import { code, heading, text, type Block } from "./document.ts";

/** A page is read by people: longer bodies are cut. */
const BODY_CHARS_MAX = 2000;

/** A case as an example: what came in, and what came of it when it ran. */
export function describeCase(result: CaseResult): Block[] {
  const { written, name } = result.case;
  const { hook, request, config, input, message } = written;
  const blocks: Block[] = [heading(3, sentence(name))];
  if (config !== undefined) blocks.push(text("Configured with"), code("yaml", printYaml(config)));
  const world = worldOf(written);
  if (Object.keys(world).length > 0) blocks.push(text("Given"), code("yaml", printYaml(world)));
  if (hook === undefined || isExchangeHookName(hook)) {
    const before = makeExchange(request ?? {}).request;
    const line = `${before.method} ${before.target}`;
    blocks.push(code("http", printMessage(line, before.headers, before.body)));
  } else if (input !== undefined || message !== undefined) {
    blocks.push(text(`${hook} is given`), code("text", printJson(input ?? { ...message })));
  }
  return [...blocks, ...describeOutcome(result), fuelOf(result)];
}

/** What stands around the plugin, in the words of cases.yaml: without it the answer means nothing. */
function worldOf(written: WrittenCase): JsonObject {
  const { handler, kv, http, sql, tcp, secrets, plugins, clock, random } = written;
  // Of path parameters the path below tells.
  const { context, route, client } = written.request ?? {};
  const request = defined({ context, route, client });
  const named = Object.keys(request).length === 0 ? undefined : request;
  const others = { handler, kv, http, sql, tcp, plugins, secrets, clock, random };
  return defined({ request: named, ...others });
}

function defined(members: Readonly<Record<string, unknown>>): JsonObject {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- cases.yaml holds JSON alone
  return Object.fromEntries(kept) as JsonObject;
}

function describeOutcome({ case: { written }, played }: CaseResult): Block[] {
  const { exchange, results, refusals } = played;
  if (refusals.length > 0) {
    const reasons = refusals.map(({ message }) => message).join("\n");
    return [text("The plugin is refused:"), code("text", reasons)];
  }
  const failed = results.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) {
    return [text(`${failed.hook} fails:`), code("text", failed.error.message)];
  }
  const last = results.at(-1);
  const isEdits = last?.meaning?.kind === "edits";
  const isRefused = last?.meaning?.kind === "verdict" && last.meaning.verdict?.kind === "denied";
  if (exchange?.response !== undefined && (written.hook === undefined || isEdits || isRefused)) {
    const { status, headers, body } = exchange.response;
    return [text("is answered"), code("http", printMessage(String(status), headers, body))];
  }
  if (exchange !== undefined && isEdits) {
    const { method, target, headers, body } = exchange.request;
    const went = printMessage(`${method} ${target}`, headers, body);
    return [text("goes on as"), code("http", went)];
  }
  const output = last?.output;
  if (output === undefined || output.length === 0) return [text("Nothing is answered.")];
  return [text("is answered"), code("text", printBody(output))];
}

function fuelOf({ fuel }: CaseResult): Block {
  const hooks = Object.entries(fuel).map(
    ([hook, units]) => `${hook} ${units.toLocaleString("en")}`,
  );
  return text(hooks.length === 0 ? "No hook is called." : `Fuel: ${hooks.join(", ")}.`);
}

function printMessage(line: string, headers: HeaderList, body: Uint8Array): string {
  const head = [line, ...headers.map(([name, value]) => `${name}: ${value}`)].join("\n");
  return body.length === 0 ? head : `${head}\n\n${printBody(body)}`;
}

function printBody(body: Uint8Array): string {
  const buffer = Buffer.from(body);
  const shown = isUtf8(buffer) ? buffer.toString("utf8") : buffer.toString("hex");
  return shown.length > BODY_CHARS_MAX ? `${shown.slice(0, BODY_CHARS_MAX)}…` : shown;
}

function printJson(value: Json | object | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function sentence(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
