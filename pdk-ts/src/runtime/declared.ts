let declared: ReadonlySet<string> = new Set();

/** The capabilities in plugin.yaml whose functions the plugin imports. */
export function declareCapabilities(capabilities: readonly string[]): void {
  declared = new Set(capabilities);
}

export function isDeclared(capability: string): boolean {
  return declared.has(capability);
}
