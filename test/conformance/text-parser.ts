import { wat } from "../support/wat.ts";

/** Turns a module in text into bytes, or throws. */
export type TextParser = (text: string) => Promise<Uint8Array>;

/**
 * npm wabt knows no garbage collection. Whoever has `@bytecodealliance/jco` somewhere names its
 * entry file in BACKWORKS_JCO, and thousands of commands more can be run.
 */
export async function loadTextParser(jcoPath: string | undefined): Promise<TextParser> {
  if (jcoPath === undefined) return async (text) => wat(text);
  const jco: unknown = await import(jcoPath);
  if (!hasParse(jco)) throw new Error(`${jcoPath} has no function parse`);
  return async (text) => {
    try {
      return await jco.parse(text);
    } catch {
      return wat(text);
    }
  };
}

function hasParse(module: unknown): module is { parse: TextParser } {
  return typeof module === "object" && module !== null && "parse" in module;
}
