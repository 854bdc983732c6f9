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
