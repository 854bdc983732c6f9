import type { Capability } from "../contracts/capabilities.ts";

/**
 * Our own functions, `extism:host/user`. In a signature l is i64: `parameters>results`. Parameters are
 * addresses of blocks, which the function frees, unless the text says otherwise; 0 stands for none.
 * A result above 0 is the address of a new block, 0 is none, and a result below 0 one of the faults.
 * An asynchronous function suspends the guest: to the guest it is a plain call.
 */
export const USER_FUNCTIONS = {
  bw_error: {
    signature: ">l",
    doc: "Text for the last fault of this call of the plugin, or 0.",
  },
  bw_kv_get: {
    signature: "l>l",
    capability: "kv",
    doc: "Value of a key, or 0.",
  },
  bw_kv_set: {
    signature: "lll>l",
    capability: "kv",
    doc: "Sets key to value; the third is its time to live in milliseconds, 0 for ever. Answers 0.",
  },
  bw_kv_delete: {
    signature: "l>l",
    capability: "kv",
    doc: "Deletes a key. Answers the number 1, or 0 when there was none.",
  },
  bw_kv_increment: {
    signature: "lll>l",
    capability: "kv",
    doc: "Adds a number to key's decimal text, from 0 when there is none; a time to live as in bw_kv_set for a new value. Answers the sum as text.",
  },
  bw_kv_compare_and_set: {
    signature: "llll>l",
    capability: "kv",
    doc: "For key: if its value is the second (0: if it has none), sets the third, with a time to live as in bw_kv_set. Answers the number 1, or 0 when it has another value.",
  },
  bw_http_send: {
    signature: "ll>l",
    capability: "http",
    isAsync: true,
    doc: "Sends a request frame, with a time-out in milliseconds (0: the granted one). Answers a response frame.",
  },
  bw_secret_get: {
    signature: "l>l",
    capability: "secrets",
    doc: "Value of a secret by its name.",
  },
  bw_plugin_call: {
    signature: "ll>l",
    capability: "plugins",
    isAsync: true,
    doc: "Calls the plugin of that name with an input. Answers its output.",
  },
  bw_event_publish: {
    signature: "ll>l",
    capability: "events",
    doc: "Publishes a payload under a topic, to be delivered later. Answers 0, also when nobody receives it; quota when not everybody will.",
  },
  bw_metric_record: {
    signature: "l>l",
    capability: "metrics",
    doc: "Records a metric frame: KIND name value, then label: value lines. Answers 0.",
  },
  bw_clock_now: {
    signature: ">l",
    capability: "clock",
    doc: "Microseconds since 1970-01-01T00:00:00Z.",
  },
  bw_clock_monotonic: {
    signature: ">l",
    capability: "clock",
    doc: "Nanoseconds since some moment; never runs backwards.",
  },
  bw_random_bytes: {
    signature: "l>l",
    capability: "random",
    doc: "So many random bytes, at most 65536.",
  },
  bw_sql_query: {
    signature: "lll>l",
    capability: "sql",
    isAsync: true,
    doc: "Runs a statement on the database of that name, with parameters as a JSON array. Answers the rows as a JSON array of objects.",
  },
  bw_tcp_open: {
    signature: "l>l",
    capability: "tcp",
    isAsync: true,
    doc: "Connects to a peer, host:port. Answers the number of the connection.",
  },
  bw_tcp_send: {
    signature: "ll>l",
    capability: "tcp",
    isAsync: true,
    doc: "Sends bytes over the connection of that number. Answers 0.",
  },
  bw_tcp_receive: {
    signature: "lll>l",
    capability: "tcp",
    isAsync: true,
    doc: "Receives at most so many bytes over the connection of that number, within so many milliseconds. Answers them, or 0 at the end.",
  },
  bw_tcp_close: {
    signature: "l>l",
    capability: "tcp",
    doc: "Closes the connection of that number. Answers 0.",
  },
} as const;

export type UserName = keyof typeof USER_FUNCTIONS;

/** What each of them has; v1.ts reads the table as such. */
export interface UserFunction {
  readonly signature: string;
  /** Absent: open to every plugin. */
  readonly capability?: Capability;
  readonly isAsync?: boolean;
  readonly doc: string;
}
