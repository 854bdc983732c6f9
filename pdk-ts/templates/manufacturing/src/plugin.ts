import { config, Reply, Request } from "@backworks/pdk";
import { readRegisters } from "./modbus.ts";

/** `{"unit":1,"registers":[21.5,22]}` */
export function processEndpoint(request: Request): Reply {
  const read = readRegisters(request.bytes());
  if (read.fault !== "") {
    return Reply.problem(422, { title: "No Modbus response", detail: read.fault });
  }
  const setting = config.get("divisor");
  const divisor: number = setting === null ? 1 : parseFloat(setting);
  const values: string[] = [];
  for (let i = 0; i < read.values.length; i++) {
    values.push(shown(read.values[i]!, divisor));
  }
  const reply = Reply.text(200, `{"unit":${read.unit},"registers":[${values.join(",")}]}`);
  reply.setHeader("content-type", "application/json");
  return reply;
}

function shown(register: number, divisor: number): string {
  return (register / divisor).toString();
}
