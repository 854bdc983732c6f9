/** The parts of a URL (URL standard, section 4.1), each as it is serialized. */
export interface UrlRecord {
  scheme: string;
  username: string;
  password: string;
  /** Null: the URL has none; empty: it has an empty one, as `file:///` does. */
  host: string | null;
  /** Null when it is the scheme's own. */
  port: number | null;
  /** Segments; one text when the path is opaque, as that of `mailto:` is. */
  path: string[] | string;
  query: string | null;
  fragment: string | null;
}

const DEFAULT_PORTS: Readonly<Record<string, number | null>> = {
  ftp: 21,
  file: null,
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
};

export function createRecord(scheme: string): UrlRecord {
  return {
    scheme,
    username: "",
    password: "",
    host: null,
    port: null,
    path: [],
    query: null,
    fragment: null,
  };
}

/** Special schemes have a host, a slash before the path, and backslashes that count as slashes. */
export function isSpecial({ scheme }: UrlRecord): boolean {
  return Object.hasOwn(DEFAULT_PORTS, scheme);
}

export function setPort(url: UrlRecord, port: number): void {
  url.port = DEFAULT_PORTS[url.scheme] === port ? null : port;
}

export function cannotHavePort({ host, scheme }: UrlRecord): boolean {
  return host === null || host === "" || scheme === "file";
}

export function printUrl(url: UrlRecord): string {
  const query = url.query === null ? "" : `?${url.query}`;
  const fragment = url.fragment === null ? "" : `#${url.fragment}`;
  return `${url.scheme}:${printAuthority(url)}${printPath(url)}${query}${fragment}`;
}

export function printPath({ path }: UrlRecord): string {
  return typeof path === "string" ? path : path.map((segment) => `/${segment}`).join("");
}

export function printHost({ host, port }: UrlRecord): string {
  return port === null ? (host ?? "") : `${host ?? ""}:${port}`;
}

function printAuthority(url: UrlRecord): string {
  const { username, password, host, path } = url;
  if (host === null) {
    // Without a dot in front, a path of two slashes would be read back as a host.
    return typeof path !== "string" && path.length > 1 && path[0] === "" ? "/." : "";
  }
  const secret = password === "" ? "" : `:${password}`;
  const credentials = username === "" && secret === "" ? "" : `${username}${secret}@`;
  return `//${credentials}${printHost(url)}`;
}
