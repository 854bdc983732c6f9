import { Message, messageLines, messageReply } from "../message.ts";
import { PluginCall } from "../plugin-call.ts";
import { PluginEvent } from "../plugin-event.ts";
import { enterHook, leaveHook, type BodyInput } from "./body.ts";
import { kindOf, printBody, settle, type AuthorHook, type Output, type Runner } from "./runner.ts";

/** Hooks that are given bytes of a peer or of another plugin. */

export function runOnMessage(call: AuthorHook): Runner {
  return (head) => {
    const message = new Message(head);
    enterHook(call, message);
    return settle(call(message), () => {
      leaveHook();
      const [lines, reply] = [messageLines(message), messageReply(message)];
      if (reply === undefined) return lines === "" ? undefined : lines;
      return printBody(`${lines}\n`, reply);
    });
  };
}

export function runOnEvent(call: AuthorHook): Runner {
  return (head) => {
    const event = new PluginEvent(head);
    enterHook(call, event);
    return settle(call(event), () => {
      leaveHook();
      return undefined;
    });
  };
}

export function runOnCall(call: AuthorHook): Runner {
  return () => {
    const input = new PluginCall();
    enterHook(call, input);
    return settle(call(input), (answer) => {
      leaveHook();
      return printAnswer(answer);
    });
  };
}

function printAnswer(answer: unknown): Output {
  if (answer === undefined || answer === null) return undefined;
  if (isOutput(answer))
    return printBody("", typeof answer === "string" ? answer.toWellFormed() : answer);
  throw new TypeError(`onCall must return a string or a Uint8Array; it returned ${kindOf(answer)}`);
}

function isOutput(answer: unknown): answer is BodyInput {
  return typeof answer === "string" || answer instanceof Uint8Array;
}
