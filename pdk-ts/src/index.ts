/** Write Backworks plugins in TypeScript: everything a plugin's source imports. */
export { config, type Config } from "./config.ts";
export { log, type Log } from "./log.ts";
export { Reply, type Problem } from "./reply.ts";
export { Request } from "./request.ts";
export type { PluginHealth } from "./health.ts";
export type { BodyInput } from "./runtime/body.ts";
