import type * as host from "@backworks/host/plugin";

/** The host is a peer: a project that only builds plugins does not carry it. */
export async function loadHost(): Promise<typeof host> {
  try {
    return await import("@backworks/host/plugin");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) {
      throw cause;
    }
    const message =
      "tests run plugins in the host's sandbox: npm install --save-dev @backworks/host";
    throw new Error(message, { cause });
  }
}
