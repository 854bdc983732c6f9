// oxlint-disable typescript/no-unsafe-type-assertion -- the runtime passes what an operation takes
import { Buffer } from "node:buffer";
import type { JsonObject } from "../../host/src/contracts/json.ts";

const LEVELS = ["debug", "info", "warn", "error"];

/** The engine's native function in Node, for tests that run the guest's side of the PDK directly. */
export class FakeNative {
  input: Uint8Array = new Uint8Array(0);
  output: Uint8Array | undefined;
  config: ReadonlyMap<string, string> = new Map();
  logs: string[] = [];
  /** Largest output that is taken. */
  outputBytesMax = 1_000_000;

  /** Operations by their numbers in pdk-ts/src/runtime/native.ts. */
  readonly call = (operation: number, first?: unknown, second?: unknown): unknown => {
    switch (operation) {
      case 0:
      case 1:
      case 2:
      case 3:
        this.logs.push(`${LEVELS[operation]}: ${Buffer.from(String(first)).toString()}`);
        return undefined;
      case 4:
        return this.config.get(String(first)) ?? null;
      case 5:
        return Buffer.from(this.input).toString("utf8");
      case 6:
        return Uint8Array.from(this.input);
      case 7:
        return this.#setOutput(String(first), second as Uint8Array);
      case 8:
        return 0.5;
      case 9:
        return Uint8Array.from(Buffer.from(String(first)));
      case 10:
        return Buffer.from(first as Uint8Array).toString("utf8");
      default:
        throw new Error(`the engine has no operation ${operation}`);
    }
  };

  /** Starts anew, with the configuration of another plugin. */
  reset(config: JsonObject): void {
    const texts = Object.entries(config).map(
      ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
    );
    this.config = new Map([...texts, ["backworks:config", JSON.stringify(config)]]);
    this.logs = [];
  }

  #setOutput(head: string, body: Uint8Array): boolean {
    this.output = Buffer.concat([Buffer.from(head), body]);
    return this.output.length <= this.outputBytesMax;
  }
}
