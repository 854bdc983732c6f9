/** What the exports of hooks call that are given a message frame. */
import { closeFrame } from "./frame";
import { Message } from "./message";
import { openMessage } from "./message-frame";
import { outputFrame } from "./output";
import { PluginEvent } from "./plugin-event";

export function runMessage<T extends Function>(call: T): i32 {
  const message = new Message(openMessage());
  if (lengthof<T>() == 0) call();
  else call(message);
  outputFrame(message.answer, null);
  closeFrame();
  return 0;
}

export function runEvent<T extends Function>(call: T): i32 {
  const event = new PluginEvent(openMessage());
  if (lengthof<T>() == 0) call();
  else call(event);
  closeFrame();
  return 0;
}
