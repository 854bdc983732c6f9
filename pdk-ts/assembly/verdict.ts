import { quote } from "./json";

/** What `authenticate` and `authorize` answer; null is no opinion. */
export class Verdict {
  private readonly claims: Map<string, string> = new Map();

  /** @internal Use `Verdict.identified` and its kin. */
  constructor(
    readonly outcome: string,
    /** JSON members behind it. */
    private readonly members: string,
  ) {}

  /** `authenticate` only: this is who sends the request. */
  static identified(subject: string, roles: string[] = []): Verdict {
    if (subject == "") throw new TypeError("a subject is a string that is not empty");
    let list = "";
    for (let i = 0, count = roles.length; i < count; i++) {
      list += (i == 0 ? "" : ",") + quote(roles[i]);
    }
    return new Verdict("identified", `,"subject":${quote(subject)},"roles":[${list}]`);
  }

  /** `authorize` only: the request may pass. */
  static allowed(): Verdict {
    return new Verdict("allowed", "");
  }

  /**
   * The request is answered with `status`: 401 or 403; 0 stands for 401 in `authenticate` and 403 in
   * `authorize`. The client is shown the reason. `challenge` becomes `www-authenticate`.
   */
  static denied(reason: string, status: f64 = 0, challenge: string = ""): Verdict {
    if (status != 0 && status != 401 && status != 403) {
      throw new RangeError(`a request is denied with 401 or 403, not ${status}`);
    }
    if (!isPrintable(challenge)) {
      throw new TypeError(`${quote(challenge)} is no value of www-authenticate`);
    }
    let members = `,"reason":${quote(reason)}`;
    if (status != 0) members += `,"status":${status}`;
    if (challenge != "") members += `,"challenge":${quote(challenge)}`;
    return new Verdict("denied", members);
  }

  /** Adds to what is known of an identified subject. */
  claim(name: string, value: string): Verdict {
    if (!this.isIdentified) throw new TypeError("only Verdict.identified has claims");
    this.claims.set(name, value);
    return this;
  }

  /** @internal */
  get json(): string {
    const start = `{"outcome":"${this.outcome}"${this.members}`;
    if (!this.isIdentified) return start + "}";
    const names = this.claims.keys();
    let claims = "";
    for (let i = 0, count = names.length; i < count; i++) {
      const name = names[i];
      claims += `${i == 0 ? "" : ","}${quote(name)}:${quote(this.claims.get(name))}`;
    }
    return `${start},"claims":{${claims}}}`;
  }

  private get isIdentified(): bool {
    return this.outcome == "identified";
  }
}

/** ASCII without control characters. */
function isPrintable(text: string): bool {
  for (let i = 0, length = text.length; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}
