import { InvalidArgumentError } from "commander";

/** A port of the command line. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("a port is a number from 0 to 65535 (0: any free port).");
  }
  return port;
}
