/** Write Backworks plugins for the `fast` target: the names of `@backworks/pdk`, in AssemblyScript. */
export { config } from "./config";
export { PluginHealth } from "./health";
export { log } from "./log";
export { Problem, Reply } from "./reply";
export { Request } from "./request";
