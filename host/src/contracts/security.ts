import type { JsonObject } from "./json.ts";

/** Who sends a request, as an authenticate hook found out. */
export interface Identity {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly claims: JsonObject;
}

/** A request ends here. */
export interface Denial {
  readonly kind: "denied";
  /** The client is told. */
  readonly reason: string;
  readonly status: 401 | 403;
  /** Value of WWW-Authenticate: how to come back. */
  readonly challenge: string | undefined;
}

/** What a security hook says of a request; one without an opinion says nothing. */
export type Verdict =
  | { readonly kind: "identified"; readonly identity: Identity }
  | { readonly kind: "allowed" }
  | Denial;

/**
 * Context key under which the host keeps the identity. No plugin provides it: what stands there was
 * said by an authenticate hook.
 */
export const AUTH_KEY = "auth";

/**
 * RFC 9110, 15.5.2: a 401 has at least one challenge. RFC 6750, 3: this scheme has a parameter. Browsers
 * open no window for it, as they do for Basic.
 */
const DEFAULT_CHALLENGE = 'Bearer realm="protected"';

/** What `WWW-Authenticate` says to who was denied; undefined: there is none. */
export function challengeOf({
  status,
  challenge,
}: Pick<Denial, "status" | "challenge">): string | undefined {
  return challenge ?? (status === 401 ? DEFAULT_CHALLENGE : undefined);
}
