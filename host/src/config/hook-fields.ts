import type { BodyRead, Reads, Writes } from "../contracts/manifest.ts";
import { WRITES_DEFAULT } from "../contracts/manifest.ts";

/** `reads` as the schemas of manifests and of grants let it through. */
export interface WrittenReads {
  readonly headers?: readonly string[];
  readonly response_headers?: readonly string[];
  readonly params?: readonly string[];
  readonly context?: readonly string[];
  readonly body?:
    BodyRead["mode"] | { readonly mode: BodyRead["mode"]; readonly bytes_max?: number };
}

/** `writes`, likewise. */
export interface WrittenWrites {
  readonly headers?: readonly string[];
  readonly response_headers?: readonly string[];
  readonly status?: boolean;
  readonly body?: boolean;
  readonly target?: boolean;
  readonly context?: readonly string[];
}

/** A body that is asked for without a bound. */
const BODY_BYTES_MAX = 1024 * 1024;

const READS_NOTHING: Reads = {
  headers: [],
  responseHeaders: [],
  params: [],
  context: [],
  body: { mode: "none", bytesMax: BODY_BYTES_MAX },
};

const WRITES_NOTHING: Writes = {
  headers: [],
  responseHeaders: [],
  status: false,
  body: false,
  target: false,
  context: [],
};

/** What a manifest does not list is not read. */
export function toReads(written: WrittenReads): Reads {
  return { ...READS_NOTHING, ...readPart(written) };
}

/** Without `writes` the default; with it, what it does not list is not written. */
export function toWrites(written: WrittenWrites | undefined): Writes {
  return written === undefined ? WRITES_DEFAULT : { ...WRITES_NOTHING, ...writePart(written) };
}

/** The fields that are written down, and no others. */
export function readPart(written: WrittenReads): Partial<Reads> {
  const { headers, response_headers: responseHeaders, params, context, body } = written;
  return {
    ...(headers !== undefined && { headers: lowerCase(headers) }),
    ...(responseHeaders !== undefined && { responseHeaders: lowerCase(responseHeaders) }),
    ...(params !== undefined && { params }),
    ...(context !== undefined && { context }),
    ...(body !== undefined && { body: toBodyRead(body) }),
  };
}

export function writePart(written: WrittenWrites): Partial<Writes> {
  const { headers, response_headers: responseHeaders, ...others } = written;
  return {
    ...(headers !== undefined && { headers: lowerCase(headers) }),
    ...(responseHeaders !== undefined && { responseHeaders: lowerCase(responseHeaders) }),
    ...others,
  };
}

function toBodyRead(body: NonNullable<WrittenReads["body"]>): BodyRead {
  if (typeof body === "string") return { mode: body, bytesMax: BODY_BYTES_MAX };
  return { mode: body.mode, bytesMax: body.bytes_max ?? BODY_BYTES_MAX };
}

function lowerCase(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase());
}
