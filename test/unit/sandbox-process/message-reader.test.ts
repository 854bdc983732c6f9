import { array, assert, nat, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import {
  MalformedMessage,
  MessageReader,
} from "../../../host/src/sandbox/process/message-reader.ts";
import { openMessage } from "../../../host/src/sandbox/process/requests.ts";

const LONGEST = new Map([
  [1, 0],
  [2, 300],
]);

function messageOf(payload: Uint8Array): Buffer {
  const message = openMessage(payload.length === 0 ? 1 : 2, payload.length);
  message.set(payload, 5);
  return message;
}

/** Cuts bytes at the given places, which wrap around. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
}

test("messages come out as they went in, wherever the stream is cut", () => {
  const payloads = array(uint8Array({ maxLength: 300 }), { maxLength: 8 });
  assert(
    property(payloads, array(nat(), { maxLength: 20 }), (sent, places) => {
      const reader = new MessageReader(LONGEST);
      const stream = Buffer.concat(sent.map(messageOf));
      const received = cutAt(stream, places).flatMap((chunk) =>
        [...reader.push(chunk)].map(({ kind, payload }) => [kind, [...payload]]),
      );
      expect(received).toEqual(sent.map((payload) => [payload.length === 0 ? 1 : 2, [...payload]]));
    }),
  );
});

test("any bytes are messages, the beginning of one, or malformed", () => {
  assert(
    property(array(uint8Array({ maxLength: 40 })), (chunks) => {
      const reader = new MessageReader(LONGEST);
      try {
        return chunks.every((chunk) => [...reader.push(Buffer.from(chunk))].length <= chunk.length);
      } catch (thrown) {
        return thrown instanceof MalformedMessage;
      }
    }),
  );
});

test.each([
  ["a kind that is not known", [0, 0, 0, 0, 9], "a message of unknown kind 9"],
  ["a payload beyond its kind's", [1, 0, 0, 0, 1], "a message of kind 1 with 1 bytes, not 0"],
  [
    "a length of 4 GiB",
    [255, 255, 255, 255, 2],
    "a message of kind 2 with 4294967295 bytes, not 300",
  ],
])("%s is malformed before anything is kept for it", (_, bytes, message) => {
  const whole = new MessageReader(LONGEST);
  expect(() => [...whole.push(Buffer.from(bytes))]).toThrow(new MalformedMessage(message));
  const reader = new MessageReader(LONGEST);
  const read = (): unknown => bytes.map((byte) => [...reader.push(Buffer.of(byte))]);
  expect(read).toThrow(new MalformedMessage(message));
});
