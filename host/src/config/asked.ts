import type { CapabilitiesAsked } from "../contracts/capabilities.ts";
import { parseOrigin } from "../lib/origin.ts";
import type { Origin } from "../lib/origin.ts";
import type { ConfigPath } from "./node.ts";

/** `capabilities` of a manifest as the schema lets it through. */
export interface WrittenCapabilities {
  readonly kv?: WrittenFlag;
  readonly http?: { readonly hosts: readonly string[] };
  readonly secrets?: readonly string[];
  readonly plugins?: readonly string[];
  readonly events?: {
    readonly publish?: readonly string[];
    readonly subscribe?: readonly string[];
  };
  readonly metrics?: WrittenFlag;
  readonly clock?: WrittenFlag;
  readonly random?: WrittenFlag;
  readonly sql?: readonly string[];
  readonly tcp?: readonly string[];
}

/** `kv: {}`, `kv: true` and a bare `kv:` ask alike. */
type WrittenFlag = boolean | Readonly<Record<string, never>> | null;

type Refuse = (path: ConfigPath, message: string) => never;

/** What a plugin asks for, every default applied; `refuse` is told what no schema can say. */
export function readAsked(written: WrittenCapabilities, refuse: Refuse): CapabilitiesAsked {
  const hosts = written.http?.hosts ?? [];
  return {
    kv: isAsked(written.kv),
    http: hosts.map((host, index) => readHost(host, index, refuse)),
    secrets: written.secrets ?? [],
    plugins: written.plugins ?? [],
    events: {
      publish: written.events?.publish ?? [],
      subscribe: written.events?.subscribe ?? [],
    },
    metrics: isAsked(written.metrics),
    clock: isAsked(written.clock),
    random: isAsked(written.random),
    sql: written.sql ?? [],
    tcp: written.tcp ?? [],
  };
}

/** What an origin is; said wherever a text is none. */
export const ORIGIN_EXPECTED =
  "expected scheme, host and port such as https://api.weather.gov, or *. and a domain";

function readHost(host: string, index: number, refuse: Refuse): Origin {
  return parseOrigin(host) ?? refuse(["capabilities", "http", "hosts", index], ORIGIN_EXPECTED);
}

function isAsked(written: WrittenFlag | undefined): boolean {
  return written !== undefined && written !== false;
}
