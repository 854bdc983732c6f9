import { quote } from "./json";

/** Throws for a key that the host would refuse, and the frame with it. */
export function checkContextKey(key: string): void {
  if (!isContextKey(key)) {
    throw new TypeError(`the context key ${quote(key)} does not match /^[a-z][a-z0-9_.-]{0,63}$/`);
  }
  // The host's own: who the request is from.
  if (key == "auth") {
    throw new TypeError(
      'the context key "auth" is set by authenticate hooks alone, with Verdict.identified: provide another, such as auth.user',
    );
  }
}

/** `[a-z][a-z0-9_.-]{0,63}` */
function isContextKey(key: string): bool {
  const length = key.length;
  if (length == 0 || length > 64) return false;
  for (let i = 0; i < length; i++) {
    const unit = key.charCodeAt(i);
    if (unit >= 0x61 && unit <= 0x7a) continue;
    const isLater = (unit >= 0x30 && unit <= 0x39) || unit == 0x5f || unit == 0x2e || unit == 0x2d;
    if (i == 0 || !isLater) return false;
  }
  return true;
}
