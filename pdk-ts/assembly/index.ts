/** Write Backworks plugins for the `fast` target: the names of `@backworks/pdk`, in AssemblyScript. */
export { clock } from "./clock";
export { config } from "./config";
export { events } from "./events";
export { Fault, HostError, lastFault } from "./fault";
export { PluginHealth } from "./health";
export { http } from "./http";
export { HttpRequest } from "./http-request";
export { HttpResponse } from "./http-response";
export { kv } from "./kv";
export { log } from "./log";
export { metrics } from "./metrics";
export { plugins } from "./plugins";
export { random } from "./random";
export { Problem, Reply } from "./reply";
export { Request } from "./request";
export { secrets } from "./secrets";
export { sql } from "./sql";
export { tcp, TcpConnection } from "./tcp";
