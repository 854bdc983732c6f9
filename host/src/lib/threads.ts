/** Whether this process may start threads: one under Node's permission model needs a right for it. */
export function mayStartThreads(): boolean {
  return !("permission" in process) || process.permission.has("worker");
}
