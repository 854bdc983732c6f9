/** Packs plugins for registries. */
export { embedManifest } from "./embed-manifest.ts";
export { packModule } from "./oci-layout.ts";
export type { Package, PackedPlugin, PackOptions } from "./oci-layout.ts";
