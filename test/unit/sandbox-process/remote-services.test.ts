import { describe, expect, test } from "vitest";
import { Kernel } from "../../../host/src/abi/kernel.ts";
import { EXTISM_NAMESPACE, USER_NAMESPACE } from "../../../host/src/abi/v1.ts";
import type { HostAnswer } from "../../../host/src/sandbox/process/answers.ts";
import type { Question } from "../../../host/src/sandbox/process/questions.ts";
import { createRemoteServices } from "../../../host/src/sandbox/process/remote-services.ts";
import { GuestStop } from "../../../host/src/sandbox/trap.ts";

/** A guest's side of the pipe, where the host answers what the test says. */
class Asker {
  readonly kernel: Kernel = new Kernel();
  readonly asked: Question[] = [];
  readonly #binding;

  constructor(answer: HostAnswer, signal?: AbortSignal) {
    const ask = (question: Question): HostAnswer => {
      this.asked.push(question);
      return answer;
    };
    this.#binding = createRemoteServices(ask, { hasSecrets: false }).bind(this.kernel);
    this.kernel.begin("", undefined, 0);
    this.#binding.begin({ chain: [], signal });
  }

  call(name: string, ...given: (string | bigint)[]): unknown {
    const { functions } = this.#binding;
    const found = functions[USER_NAMESPACE]?.[name] ?? functions[EXTISM_NAMESPACE]?.[name];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its parameters are i64
    const called = found as ((...addresses: bigint[]) => unknown) | undefined;
    return called?.(...given.map((each) => this.#block(each)));
  }

  text(address: unknown): string | undefined {
    return typeof address === "bigint" ? this.kernel.readText(address, 1000) : undefined;
  }

  #block(given: string | bigint): bigint {
    return typeof given === "bigint" ? given : this.kernel.store(Buffer.from(given));
  }
}

const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const bytes = (text: string): HostAnswer => ({ kind: "bytes", bytes: Buffer.from(text) });

describe("a function of a guest in another process", () => {
  test("sends what its blocks hold, and frees them", () => {
    const guest = new Asker(bytes("value"));
    const key = guest.kernel.store(Buffer.from("key"));
    expect(guest.text(guest.call("bw_kv_get", key))).toBe("value");
    expect(guest.asked).toEqual([{ name: "bw_kv_get", parameters: [utf8("key")] }]);
    guest.call("bw_kv_compare_and_set", "key", 0n, "", -5n);
    expect(guest.asked[1]?.parameters).toEqual([utf8("key"), undefined, new Uint8Array(0), -5n]);
  });

  test("answers numbers as they are, and a status as one of 32 bits", () => {
    const guest = new Asker({ kind: "number", number: 201n });
    expect(guest.call("bw_kv_delete", "key")).toBe(201n);
    expect(guest.call("http_status_code")).toBe(201);
  });

  test("has the sentence of its fault until the next call", () => {
    const guest = new Asker({ kind: "fault", fault: "quota", message: "the namespace is full" });
    expect(guest.call("bw_kv_get", "key")).toBe(-4n);
    expect(guest.text(guest.call("bw_error"))).toBe("the namespace is full");
    expect(guest.asked).toHaveLength(1);
  });

  test("says so when an answer does not fit into the guest", () => {
    const guest = new Asker({ kind: "bytes", bytes: new Uint8Array(17 * 1024 * 1024) });
    expect(guest.call("bw_kv_get", "key")).toBe(-5n);
    expect(guest.text(guest.call("bw_error"))).toContain("does not fit into what is left");
  });

  test("ends the call when the host says so", async () => {
    const guest = new Asker({ kind: "stop", reason: "http_request: no" });
    const stopped = guest.call("http_request", "{}", "");
    await expect(stopped).rejects.toEqual(new GuestStop("http_request: no"));
  });

  test("keeps the blocks of http_request until the answer is there, as PDKs expect", async () => {
    const guest = new Asker(bytes("answer"));
    const request = guest.kernel.store(Buffer.from("{}"));
    const answer = await guest.call("http_request", request, 0n);
    expect(answer).not.toBe(request);
    expect(guest.text(request)).toBeUndefined();
    expect(guest.text(answer)).toBe("answer");
  });
});

describe("when its call is over", () => {
  test("a guest that waits stays suspended until nobody waits for it", async () => {
    const over = new AbortController();
    const guest = new Asker({ kind: "over" }, over.signal);
    const ends: unknown[] = [];
    const waiting = Promise.resolve(guest.call("bw_http_send", "GET http://a/\n", 0n)).catch(
      (thrown: unknown) => ends.push(thrown),
    );
    await new Promise(setImmediate);
    expect(ends).toEqual([]);
    over.abort();
    await waiting;
    expect(ends).toEqual([new GuestStop("the call is over")]);
  });

  test("a guest asks for nothing more", async () => {
    const guest = new Asker(bytes("value"), AbortSignal.abort());
    expect(() => guest.call("bw_kv_get", "key")).toThrow(new GuestStop("the call is over"));
    await expect(guest.call("bw_plugin_call", "a", "b")).rejects.toThrow("the call is over");
    expect(guest.asked).toEqual([]);
  });
});

test("texts are masked by the host, if there is anything to mask", () => {
  const asked: Question[] = [];
  const ask = (question: Question): HostAnswer => {
    asked.push(question);
    return bytes("masked");
  };
  expect(createRemoteServices(ask, { hasSecrets: false }).redact("text")).toBe("text");
  expect(asked).toEqual([]);
  expect(createRemoteServices(ask, { hasSecrets: true }).redact("text")).toBe("masked");
  expect(asked).toEqual([{ name: "redact", parameters: [Buffer.from("text")] }]);
});
