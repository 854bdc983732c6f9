import { EMPTY_BODY } from "../contracts/exchange.ts";
import { assertNever } from "../lib/assert.ts";
import type {
  Edits,
  HeaderEdit,
  HeaderList,
  RequestMessage,
  ResponseMessage,
} from "../contracts/exchange.ts";

const NOTHING: ResponseMessage = { status: 200, headers: [], body: EMPTY_BODY };

/** The request a hook wants later hooks and the handler to see. */
export function editRequest(request: RequestMessage, edits: Edits): RequestMessage {
  const headers = editHeaders(request.headers, edits.headers);
  return {
    method: request.method,
    target: edits.target ?? request.target,
    headers: edits.body === undefined ? headers : reframe(headers, edits.body),
    body: edits.body ?? request.body,
  };
}

export function editResponse(response: ResponseMessage, edits: Edits): ResponseMessage {
  return {
    status: edits.status ?? response.status,
    headers: editHeaders(response.headers, edits.headers),
    body: edits.body ?? response.body,
  };
}

/** A response made of edits alone; without a status it is 200. */
export function buildResponse(edits: Edits): ResponseMessage {
  return editResponse(NOTHING, edits);
}

/**
 * Applies edits one after another; the list given stays as it is. `set` replaces all headers of the
 * name by one in the place of the first, `append` adds one at the end, `remove` takes all away.
 */
export function editHeaders(headers: HeaderList, edits: readonly HeaderEdit[]): HeaderList {
  return edits.reduce(editHeader, headers);
}

function editHeader(headers: HeaderList, edit: HeaderEdit): HeaderList {
  const name = edit.name.toLowerCase();
  switch (edit.kind) {
    case "append":
      return [...headers, [name, edit.value]];
    case "remove":
      return headers.filter(([other]) => other !== name);
    case "set": {
      const first = headers.findIndex(([other]) => other === name);
      if (first === -1) return [...headers, [name, edit.value]];
      const rest = headers.slice(first + 1).filter(([other]) => other !== name);
      return [...headers.slice(0, first), [name, edit.value], ...rest];
    }
    default:
      return assertNever(edit, "header edit");
  }
}

/** A new body makes the client's framing untrue; who reads these headers must not be misled. */
function reframe(headers: HeaderList, body: Uint8Array): HeaderList {
  return editHeaders(headers, [
    { kind: "remove", name: "transfer-encoding" },
    { kind: "set", name: "content-length", value: String(body.length) },
  ]);
}
