import { Buffer, isUtf8 } from "node:buffer";
import type { BoundServices } from "../../host/src/sandbox/capabilities/binding.ts";
import type { BlockMemory } from "../../host/src/sandbox/capabilities/call-context.ts";

/** What each function is given and answers: b is the address of a block, n a number. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  bw_error: ">b",
  bw_kv_get: "b>b",
  bw_kv_set: "bbn>n",
  bw_kv_delete: "b>n",
  bw_kv_increment: "bnn>b",
  bw_kv_compare_and_set: "bbbn>n",
  bw_http_send: "bn>b",
  bw_secret_get: "b>b",
  bw_plugin_call: "bb>b",
  bw_event_publish: "bb>n",
  bw_metric_record: "b>n",
  bw_clock_now: ">n",
  bw_clock_monotonic: ">n",
  bw_random_bytes: "n>b",
  bw_sql_query: "bbb>b",
  bw_tcp_open: "b>n",
  bw_tcp_send: "nb>n",
  bw_tcp_receive: "nnn>b",
  bw_tcp_close: "n>n",
  http_request: "bb>b",
  http_status_code: ">n",
  http_headers: ">b",
};

/** Notes what a guest asks of the host at the ABI itself: `bw_kv_get("key") = "value"`. */
export class CallNotes {
  #notes: string[] = [];

  /** Those since the last time. */
  take(): readonly string[] {
    const taken = this.#notes;
    this.#notes = [];
    return taken;
  }

  readonly services = ({ bind, redact }: BoundServices): BoundServices => ({
    redact,
    bind: (memory) => {
      const binding = bind(memory);
      const functions = Object.fromEntries(
        Object.entries(binding.functions).map(([namespace, known]) => [
          namespace,
          Object.fromEntries(
            Object.entries(known).map(([name, work]) => [name, this.#note(memory, name, work)]),
          ),
        ]),
      );
      return { ...binding, functions };
    },
  });

  #note(memory: BlockMemory, name: string, work: (...parameters: never[]) => unknown) {
    const [parameters = "", result] = (FUNCTIONS[name] ?? "").split(">");
    return (...given: (number | bigint)[]): unknown => {
      // Read before the host frees them.
      const asked = given.map((value, index) => print(memory, parameters[index], value));
      const note = <T>(answer: T): T => {
        // The words of a fault are the host's own.
        const isSentence = name === "bw_error" && Number(answer) > 0;
        const told = isSentence ? "a sentence" : print(memory, result, answer);
        this.#notes.push(`${name}(${asked.join(", ")}) = ${told}`);
        return answer;
      };
      const answer = work(...(given as never[]));
      return answer instanceof Promise ? answer.then(note) : note(answer);
    };
  }
}

function print(memory: BlockMemory, kind: string | undefined, value: unknown): string {
  if (kind !== "b" || typeof value !== "bigint" || value <= 0n) return String(value);
  const bytes = Buffer.from(memory.readBytes(value) ?? []);
  return isUtf8(bytes) ? JSON.stringify(bytes.toString()) : `hex ${bytes.toString("hex")}`;
}
