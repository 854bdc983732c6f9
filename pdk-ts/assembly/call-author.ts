import { Request } from "./request";

/** An author's function may leave its parameters out. */
export function callWith<T extends Function>(call: T, request: Request): void {
  if (lengthof<T>() == 0) call();
  else call(request);
}

export function answerOf<T extends Function>(call: T, request: Request): ReturnType<T> {
  if (lengthof<T>() == 0) return call();
  return call(request);
}
