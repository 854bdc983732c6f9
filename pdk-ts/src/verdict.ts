/** What a security hook has decided. */
export type Outcome = "identified" | "allowed" | "denied";

/** What the runner needs of a verdict and no author does. */
export let verdictOutcome: (verdict: Verdict) => Outcome;
export let printVerdict: (verdict: Verdict) => string;

const STATUSES: ReadonlySet<number> = new Set([0, 401, 403]);
/** A header value: printable ASCII. */
const CHALLENGE = /^[ -~]*$/;

/**
 * What `authenticate` and `authorize` answer: who the request is from, that it may pass, or that it
 * may not. A hook that answers null has no opinion, and leaves the decision to others.
 */
export class Verdict {
  readonly #outcome: Outcome;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #claims: Record<string, string> = Object.create(null);

  static {
    verdictOutcome = (verdict) => verdict.#outcome;
    printVerdict = (verdict) => verdict.#print();
  }

  private constructor(outcome: Outcome, fields: Readonly<Record<string, unknown>>) {
    this.#outcome = outcome;
    this.#fields = fields;
  }

  /** Of `authenticate`: the request is from `subject`. */
  static identified(subject: string, roles: readonly string[] = []): Verdict {
    if (typeof subject !== "string" || subject === "") {
      throw new TypeError("a subject is a string that is not empty");
    }
    return new Verdict("identified", { subject, roles });
  }

  /** Of `authorize`: the request may pass. */
  static allowed(): Verdict {
    return new Verdict("allowed", {});
  }

  /**
   * The request is answered with `status`: 401 or 403; 0 stands for 401 in `authenticate` and 403 in
   * `authorize`. The client is shown the reason. `challenge` becomes `www-authenticate`.
   */
  static denied(reason: string, status = 0, challenge = ""): Verdict {
    if (!STATUSES.has(status)) {
      throw new RangeError(`a request is denied with 401 or 403, not ${String(status)}`);
    }
    if (!CHALLENGE.test(challenge)) {
      throw new TypeError(`${JSON.stringify(challenge)} is no value of www-authenticate`);
    }
    return new Verdict("denied", {
      reason,
      ...(status !== 0 && { status }),
      ...(challenge !== "" && { challenge }),
    });
  }

  /** Adds to what is known of an identified subject. */
  claim(name: string, value: string): this {
    if (this.#outcome !== "identified") {
      throw new TypeError("only Verdict.identified has claims");
    }
    this.#claims[name] = value;
    return this;
  }

  #print(): string {
    const claims = this.#outcome === "identified" ? { claims: this.#claims } : {};
    return JSON.stringify({ outcome: this.#outcome, ...this.#fields, ...claims });
  }
}
