import type { Conditions, Draft, SkyLayer } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";

/** FM 15 15.9: amount, base in hundreds of feet, type; /// is what an automatic station cannot tell. */
const LAYER =
  /^(FEW|SCT|BKN|OVC|VV|\/{3})(\d{3}|\/{3})(CB|TCU|CU|CI|CS|CC|AC|ACC|AS|NS|SC|ST|\/{3})?$/;
/** The same without a base: only the convective cloud is known. */
const TYPE_ONLY = /^\/{3,9}(CB|TCU)$/;
const LAYER_LIKE = /^(?:FEW|SCT|BKN|OVC|VV)[\d/]/;
const CLEAR: ReadonlySet<string> = new Set(["SKC", "CLR", "NSC", "NCD"]);

/** Reads one cloud group. False when the group is something else. */
export function readSky(cursor: Cursor, into: Draft<Conditions>): boolean {
  const group = cursor.peek();
  const layer = CLEAR.has(group) ? { cover: group } : readLayer(cursor, group);
  if (layer === undefined) return false;
  // Six slashes say that nothing is known of the clouds: not reported.
  if (Object.keys(layer).length > 0) (into.sky ??= []).push(layer);
  cursor.advance();
  return true;
}

function readLayer(cursor: Cursor, group: string): SkyLayer | undefined {
  const typeOnly = TYPE_ONLY.exec(group);
  if (typeOnly?.[1] !== undefined) return { type: typeOnly[1] };
  const match = LAYER.exec(group);
  if (match === null) {
    if (LAYER_LIKE.test(group)) {
      throw cursor.unexpected("a cloud group such as BKN012, SCT025CB, VV002 or NSC");
    }
    return undefined;
  }
  const [, cover = "", base = "", type = "///"] = match;
  return {
    ...(cover === "///" ? {} : { cover }),
    ...(base === "///" ? {} : { baseFt: Number(base) * 100 }),
    ...(type === "///" ? {} : { type }),
  };
}
