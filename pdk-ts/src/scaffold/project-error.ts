/** A project that cannot be started; the message starts in lower case. */
export class ProjectError extends Error {
  override readonly name = "ProjectError";
}
