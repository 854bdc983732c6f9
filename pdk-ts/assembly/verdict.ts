import { quote } from "./json";

/** What `authenticate` and `authorize` answer; null is no opinion. */
export class Verdict {
  private readonly claims: Map<string, string> = new Map();

  /** @internal Use `Verdict.identified` and its kin. */
  constructor(
    private readonly outcome: string,
    /** JSON members behind it. */
    private readonly members: string,
  ) {}

  /** `authenticate` only: this is who sends the request. */
  static identified(subject: string, roles: string[] = []): Verdict {
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
   * The request ends here, with 401 in `authenticate` and 403 in `authorize` when `status` is 0. The
   * challenge becomes `www-authenticate`.
   */
  static denied(reason: string, status: f64 = 0, challenge: string = ""): Verdict {
    let members = `,"reason":${quote(reason)}`;
    if (status != 0) members += `,"status":${status}`;
    if (challenge != "") members += `,"challenge":${quote(challenge)}`;
    return new Verdict("denied", members);
  }

  /** Says more of who it is. */
  claim(name: string, value: string): Verdict {
    if (this.outcome != "identified") {
      throw new TypeError(`only Verdict.identified has claims; this one is ${this.outcome}`);
    }
    this.claims.set(name, value);
    return this;
  }

  /** @internal */
  get json(): string {
    const names = this.claims.keys();
    let claims = "";
    for (let i = 0, count = names.length; i < count; i++) {
      const separator = i == 0 ? ',"claims":{' : ",";
      claims += `${separator}${quote(names[i])}:${quote(this.claims.get(names[i]))}`;
    }
    const end = claims == "" ? "}" : "}}";
    return `{"outcome":"${this.outcome}"${this.members}${claims}${end}`;
  }
}
