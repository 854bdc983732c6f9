import { findMember, memberEnd, textMember, textsMember } from "./json-members";
import { isJsonString, parseJsonString } from "./json";
import { decode } from "./utf8";

/** Who sends a request, as a plugin's `authenticate` found out. */
export class Identity {
  private readonly json: StaticArray<u8>;

  /** @internal Of the context value `auth`. */
  constructor(from: usize, end: usize) {
    const json = new StaticArray<u8>(<i32>(end - from));
    memory.copy(changetype<usize>(json), from, end - from);
    this.json = json;
  }

  get subject(): string {
    const subject = textMember(this.start, this.end, "subject");
    return subject === null ? "" : subject;
  }

  get roles(): string[] {
    return textsMember(this.start, this.end, "roles");
  }

  /** What else is known: a text as it is, anything else as JSON; null when there is no such claim. */
  claim(name: string): string | null {
    const claims = findMember(this.start, this.end, "claims");
    const value = claims == 0 ? 0 : findMember(claims, memberEnd, name);
    if (value == 0) return null;
    if (isJsonString(value, memberEnd)) return parseJsonString(value, memberEnd);
    return decode(value, memberEnd - value);
  }

  private get start(): usize {
    return changetype<usize>(this.json);
  }

  private get end(): usize {
    return this.start + <usize>this.json.length;
  }
}
