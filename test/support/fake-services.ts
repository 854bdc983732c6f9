import type { BoundServices } from "../../host/src/sandbox/capabilities/binding.ts";
import type { BlockMemory } from "../../host/src/sandbox/capabilities/call-context.ts";
import type { UserName } from "../../host/src/abi/user.ts";
import { CAPABILITY_FAULTS, type CapabilityFault } from "../../host/src/contracts/capabilities.ts";
import { SERVICES } from "../../pdk-ts/src/services.ts";

/** What a plugin has passed: the bytes of a block, or a number. */
export type ServiceParameter = Uint8Array | bigint;

/** What a function answers: a block of text or bytes, or a number. */
export type ServiceAnswer = string | Uint8Array | bigint;

type Answers = Partial<Record<UserName, (...parameters: ServiceParameter[]) => ServiceAnswer>>;

/** A host whose functions answer what a test says, to a plugin in the sandbox as to one in Node. */
export class FakeServices {
  /** `bw_kv_set k v 0`: every call, in order. */
  readonly calls: string[] = [];
  readonly #answers: Answers;
  #error: string | undefined;

  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  /** Of a function that fails. */
  fail(fault: CapabilityFault, message: string): bigint {
    this.#error = message;
    return BigInt(CAPABILITY_FAULTS[fault]);
  }

  begin(): void {
    this.#error = undefined;
  }

  answer(name: string, parameters: readonly ServiceParameter[]): ServiceAnswer {
    if (name === "bw_error") return this.#error ?? 0n;
    this.calls.push([name, ...parameters.map(print)].join(" "));
    const found = Object.entries(this.#answers).find(([known]) => known === name);
    return found?.[1](...parameters) ?? 0n;
  }

  /** For a guest in the sandbox. */
  get bound(): BoundServices {
    return {
      bind: (memory) => ({
        functions: {
          "extism:host/user": Object.fromEntries(
            SERVICES.map(({ name, parameters }) => [
              name,
              (...given: bigint[]) => this.#call(memory, name, given.slice(0, parameters)),
            ]),
          ),
        },
        begin: () => this.begin(),
        end: () => undefined,
      }),
      redact: (text) => text,
    };
  }

  #call(memory: BlockMemory, name: string, given: readonly bigint[]): bigint {
    const blocks = BLOCKS[name] ?? "";
    const parameters = given.map((value, index) => {
      if (blocks[index] !== "b" || value === 0n) return value;
      const bytes = Uint8Array.from(memory.readBytes(value) ?? []);
      memory.free(value);
      return bytes;
    });
    const answer = this.answer(name, parameters);
    return typeof answer === "bigint" ? answer : memory.store(Buffer.from(answer as string));
  }
}

/** Which parameters are blocks (b), and which are numbers (n). */
const BLOCKS: Readonly<Record<string, string>> = {
  bw_kv_get: "b",
  bw_kv_set: "bbn",
  bw_kv_delete: "b",
  bw_kv_increment: "bnn",
  bw_kv_compare_and_set: "bbbn",
  bw_http_send: "bn",
  bw_secret_get: "b",
  bw_plugin_call: "bb",
  bw_event_publish: "bb",
  bw_metric_record: "b",
  bw_random_bytes: "n",
  bw_sql_query: "bbb",
  bw_tcp_open: "b",
  bw_tcp_send: "nb",
  bw_tcp_receive: "nnn",
  bw_tcp_close: "n",
};

function print(parameter: ServiceParameter): string {
  return typeof parameter === "bigint"
    ? String(parameter)
    : JSON.stringify(String(Buffer.from(parameter)));
}
