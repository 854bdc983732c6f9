import { isIP } from "node:net";

/** Where HTTP requests may go: one scheme, one port, one host or all hosts below a domain. */
export interface Origin {
  readonly scheme: "http" | "https";
  /** As the URL standard spells it: lower case, punycode, `[::1]`. For `*.` patterns the domain. */
  readonly host: string;
  /** `*.example.com`: every host below the domain, not the domain itself. */
  readonly isWildcard: boolean;
  readonly port: number;
}

const PORTS = { http: 80, https: 443 } as const;
const PATTERN = /^(?:(https?):\/\/)?(\*\.)?([^/\\?#@\s*]+)$/i;

/**
 * Parses `https://api.example.com:8443`, `http://10.0.0.7`, `https://*.example.com`, or a bare
 * `api.example.com`, which is https. Nothing when it is none of them: a path, for one, would promise
 * a check that nobody makes.
 */
export function parseOrigin(text: string): Origin | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const scheme = match[1]?.toLowerCase() === "http" ? "http" : "https";
  const url = URL.parse(`${scheme}://${match[3]}`);
  if (url === null || url.hostname === "") return undefined;
  const isWildcard = match[2] !== undefined;
  // There is nothing below an address: `*.0.0.1` would mean what nobody means.
  if (isWildcard && isIP(bareHost(url.hostname)) !== 0) return undefined;
  return { scheme, host: url.hostname, isWildcard, port: portOf(url, scheme) };
}

/** Prints what `parseOrigin` reads, with the port always in it. */
export function printOrigin({ scheme, host, isWildcard, port }: Origin): string {
  return `${scheme}://${isWildcard ? "*." : ""}${host}:${port}`;
}

/** The origin of an http or https URL; nothing for other schemes. */
export function originOf(url: URL): Origin | undefined {
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https") return undefined;
  return { scheme, host: url.hostname, isWildcard: false, port: portOf(url, scheme) };
}

/** Whether everything that `inner` stands for lies within `outer`. */
export function coversOrigin(outer: Origin, inner: Origin): boolean {
  if (outer.scheme !== inner.scheme || outer.port !== inner.port) return false;
  if (outer.host === inner.host) return outer.isWildcard === inner.isWildcard;
  return outer.isWildcard && inner.host.endsWith(`.${outer.host}`);
}

/** An IPv6 address without the brackets that URLs put around it. */
export function bareHost(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

function portOf(url: URL, scheme: keyof typeof PORTS): number {
  return url.port === "" ? PORTS[scheme] : Number(url.port);
}
