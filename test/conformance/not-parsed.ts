/** The text of a module could not be turned into bytes. */
export class NotParsed extends Error {
  override readonly name = "NotParsed";
}
