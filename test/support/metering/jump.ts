/** Where control goes after a statement, when not to the next one. */
export type Jump =
  | { readonly kind: "label"; readonly label: number; readonly value: number }
  | { readonly kind: "return"; readonly value: number };

/** Goes out of an expression. */
export class Leave extends Error {
  readonly jump: Jump;
  constructor(jump: Jump) {
    super();
    this.jump = jump;
  }
}

export function catchLeave(body: () => Jump | undefined): Jump | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof Leave) return error.jump;
    throw error;
  }
}
