/** Who a request is from, as an `authenticate` hook has found. */
export class Identity {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly #claims: Readonly<Record<string, unknown>>;

  /** @internal The host's context value `auth` makes it. */
  constructor(value: unknown) {
    const { subject, roles, claims } = toFields(value);
    this.subject = typeof subject === "string" ? subject : "";
    this.roles = Array.isArray(roles) ? roles.map(String) : [];
    this.#claims = toFields(claims);
  }

  /** What else is known, by name; what is no text as its JSON. Null when there is none. */
  claim(name: string): string | null {
    if (!Object.hasOwn(this.#claims, name)) return null;
    const value = this.#claims[name];
    return typeof value === "string" ? value : JSON.stringify(value);
  }
}

function toFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
