/** How a hook that is given a request answers it. */
import { Body } from "./body";
import { checkHead } from "./header-edits";
import { Lines } from "./lines";
import { outputFrame } from "./output";
import { Request } from "./request";

/** The request that the hook may answer, even by what it throws. */
let answering: Request | null = null;

export function beginAnswer(request: Request): void {
  answering = request;
}

/** Null unless a hook runs that answers. */
export function requestToAnswer(): Request | null {
  const request = answering;
  return request !== null && request.isOpen ? request : null;
}

/** Sets the output: edits, then what `request` gives to later plugins, then the body. */
export function print(edits: Lines, request: Request, body: Body | null): void {
  const provided = request.provided;
  if (provided !== null) edits.lines(provided);
  checkHead(edits);
  outputFrame(edits, body);
}
