// oxlint-disable typescript/no-unsafe-type-assertion -- the runtime passes what an operation takes
import { Buffer } from "node:buffer";
import { createHash, randomFillSync } from "node:crypto";
import type { JsonObject } from "../../host/src/contracts/json.ts";
import { SERVICES } from "../../pdk-ts/src/services.ts";
import { FakeServices, type ServiceAnswer } from "./fake-services.ts";

const LEVELS = ["debug", "info", "warn", "error"];

/** The engine's native function in Node, for tests that run the guest's side of the PDK directly. */
export class FakeNative {
  input: Uint8Array = new Uint8Array(0);
  output: Uint8Array | undefined;
  config: ReadonlyMap<string, string> = new Map();
  logs: string[] = [];
  services: FakeServices = new FakeServices();
  /** Largest output that is taken. */
  outputBytesMax = 1_000_000;

  /** Operations by their numbers in pdk-ts/src/runtime/native.ts. */
  readonly call = (operation: number, ...parameters: readonly unknown[]): unknown => {
    const [first, second] = parameters;
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
      case 11:
        return this.#callService(first as number, second as number, parameters.slice(2));
      case 12:
        return randomFillSync(new Uint8Array(first as number));
      case 13:
        return digest(first as number, second as Uint8Array);
      default:
        throw new Error(`the engine has no operation ${operation}`);
    }
  };

  /** Starts anew, with the configuration of another plugin. */
  reset(config: JsonObject, services: FakeServices = new FakeServices()): void {
    this.services = services;
    const texts = Object.entries(config).map(
      ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
    );
    this.config = new Map([...texts, ["backworks:config", JSON.stringify(config)]]);
    this.logs = [];
  }

  /** As engine/glue/service-call.ts does: 0 is text, 1 bytes, 2 a number. */
  #callService(slot: number, kind: number, parameters: readonly unknown[]): unknown {
    const name = SERVICES[slot]?.name ?? "";
    const answer = this.services.answer(
      name,
      parameters.map((value) => {
        if (typeof value === "number") return BigInt(value);
        return value === null ? 0n : Buffer.from(value as string);
      }),
    );
    return toValue(answer, kind);
  }

  #setOutput(head: string, body: Uint8Array): boolean {
    this.output = Buffer.concat([Buffer.from(head), body]);
    return this.output.length <= this.outputBytesMax;
  }
}

function toValue(answer: ServiceAnswer, kind: number): unknown {
  if (typeof answer === "bigint") return answer === 0n && kind < 2 ? null : Number(answer);
  const bytes = Buffer.from(answer as string);
  return kind === 0 ? bytes.toString("utf8") : Uint8Array.from(bytes);
}

function digest(algorithm: number, data: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash(`sha${algorithm}`).update(data).digest());
}
