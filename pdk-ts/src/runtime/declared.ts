/** Unknown at the top level, where the build itself refuses every call of the host. */
let declared: ReadonlySet<string> | undefined;

/** The capabilities in plugin.yaml whose functions the plugin imports. */
export function declareCapabilities(capabilities: readonly string[]): void {
  declared = new Set(capabilities);
}

export function isDeclared(capability: string): boolean {
  return declared?.has(capability) ?? true;
}
