/** A part of TypeScript or of the kit that `fast` does not have, in words of an author. */
export interface Feature {
  readonly message: string;
  /** The way out. */
  readonly instead: string;
}

/** Tells by what the compiler says, or by the line, which feature an error is about. */
export interface Rule extends Feature {
  /** Of the compiler's message. */
  readonly says?: RegExp;
  /** Of the line that a syntax error begins in. */
  readonly line?: RegExp;
  /** The full target has no such thing either. */
  readonly isNowhere?: true;
}
