/**
 * What AssemblyScript does not read of TypeScript, and what means nothing to it: `type` in imports,
 * and file endings. It is overwritten by spaces, so that every line and column stays the author's.
 */

const TYPE_STATEMENT = /^([ \t]*(?:import|export))([ \t]+type)(?=[ \t]*[{*])/gm;
const NAMED_LIST = /^[ \t]*(?:import|export)[ \t]*\{[^}]*\}/gm;
const TYPE_MODIFIER = /([{,]\s*)(type)(?=\s+[\w$])/g;
const FILE_ENDING =
  /(^[ \t]*(?:import|export)\b[^"';]*?(?:\bfrom[ \t]*)?)(["'])(\.{1,2}\/[^"'\n]*?)\.ts\2/gm;

export function toPortable(source: string): string {
  return source
    .replaceAll(TYPE_STATEMENT, (_, keyword: string, type: string) => keyword + blank(type))
    .replaceAll(NAMED_LIST, (list) =>
      list.replaceAll(TYPE_MODIFIER, (_, before: string, type: string) => before + blank(type)),
    )
    .replaceAll(
      FILE_ENDING,
      (_, before: string, quote: string, path: string) => `${before}${quote}${path}${quote}   `,
    );
}

function blank(text: string): string {
  return " ".repeat(text.length);
}
