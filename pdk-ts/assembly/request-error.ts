import { print, requestToAnswer } from "./answer";
import { closeFrame } from "./frame";
import { raise } from "./kernel";
import { Problem, Reply } from "./reply";
import { statusTitle } from "./status-title";

/** What a hook answers that has set its output. */
const DONE: i32 = 0;

/**
 * A request that its client has to put right: `throw new RequestError(422, "the order has no id")`.
 * Where `beforeRequest` or `processEndpoint` throws it, the request is answered with its status and
 * message as `application/problem+json` (RFC 9457), and nothing has failed; of other hooks it fails
 * the call as any error does.
 */
export class RequestError extends Error {
  /** 400 to 499. */
  readonly status: i32;

  /** The client is shown the detail. */
  constructor(status: f64, detail: string) {
    super(detail);
    this.name = "RequestError";
    if (!(status >= 400 && status <= 499 && floor(status) == status)) {
      throw new RangeError(
        `a request that the client has to put right is answered with 400 to 499, not ${status}`,
      );
    }
    this.status = <i32>status;
  }
}

/**
 * What `throw` calls for an error's text in a source that uses `RequestError` (throw-names.ts of the
 * build): one of those becomes an answer, and this does not return.
 */
export function textOrAnswer<T>(thrown: T): string {
  if (isReference<T>()) {
    if (thrown instanceof RequestError) answer(<RequestError>thrown);
  }
  return thrown.toString();
}

function answer(error: RequestError): void {
  const request = requestToAnswer();
  if (request === null) return;
  const problem = new Problem();
  problem.title = statusTitle(error.status);
  problem.detail = error.message;
  const reply = Reply.problem(error.status, problem);
  print(reply.edits, request, reply.body);
  closeFrame();
  raise(DONE);
}
