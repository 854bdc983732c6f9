import type { HookName } from "../../contracts/hooks.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { SourcePosition } from "../../lib/errors.ts";
import type { DoubleOptions } from "../doubles/doubles.ts";
import type { WireBytes } from "../doubles/tcp-double.ts";
import type { ReplySpec, RequestSpec } from "../exchange-spec.ts";

/** A case as the schema lets it through (schemas/cases.schema.json). */
export interface WrittenCase extends Omit<DoubleOptions, "plugins"> {
  readonly name: string;
  readonly hook?: HookName;
  readonly request?: RequestSpec;
  readonly handler?: ReplySpec;
  readonly input?: Json;
  readonly message?: WrittenMessage;
  readonly config?: JsonObject;
  readonly plugins?: Readonly<Record<string, Json>>;
  readonly response?: WantedResponse;
  readonly edits?: WantedEdits;
  readonly verdict?: JsonObject | null;
  readonly output?: Json;
  readonly logs?: readonly Readonly<Record<string, string>>[];
  readonly stores?: JsonObject;
  readonly sends?: readonly WantedSent[];
  readonly error?: string;
}

export interface WrittenMessage extends Readonly<Record<string, Json | WireBytes | undefined>> {
  readonly payload?: WireBytes;
}

type WantedHeaders = Readonly<Record<string, string | null>>;

export interface WantedResponse {
  readonly status?: number;
  readonly headers?: WantedHeaders;
  readonly body?: Json;
}

export interface WantedEdits extends WantedResponse {
  readonly target?: string;
  readonly context?: JsonObject;
}

export interface WantedSent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** A case, and where it stands. */
export interface PluginCase {
  readonly name: string;
  readonly written: WrittenCase;
  readonly position: SourcePosition;
  /** Of the values in it, by JSON pointer. */
  readonly positions: ReadonlyMap<string, SourcePosition>;
}
