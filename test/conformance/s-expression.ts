/** A quoted string keeps its escapes until somebody asks for its bytes. */
export interface Quoted {
  readonly text: string;
}

/** A parenthesis with what is in it, and where it stands in the file. */
export interface List {
  readonly items: readonly Node[];
  readonly start: number;
  readonly end: number;
}

export type Node = string | Quoted | List;

const TOKEN = /;;[^\n]*|\(;|[()]|"(?:[^"\\]|\\.)*"|[^\s()";]+|;/gs;

/** Reads a script into the lists at its top level. */
export function parseScript(text: string): List[] {
  const top: Node[] = [];
  const open: { items: Node[]; start: number }[] = [];
  const add = (node: Node): void => {
    (open.at(-1)?.items ?? top).push(node);
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0];
    if (token.startsWith(";;") || token === ";") continue;
    if (token === "(;") TOKEN.lastIndex = endOfComment(text, TOKEN.lastIndex);
    else if (token === "(") open.push({ items: [], start: match.index });
    else if (token === ")") {
      const list = open.pop();
      if (list !== undefined) add({ ...list, end: TOKEN.lastIndex });
    } else if (token.startsWith('"')) add({ text: token.slice(1, -1) });
    else add(token);
  }
  return top.filter(isList);
}

export function isList(node: Node | undefined): node is List {
  return typeof node === "object" && "items" in node;
}

export function isQuoted(node: Node | undefined): node is Quoted {
  return typeof node === "object" && "text" in node;
}

/** The keyword a list begins with. */
export function keywordOf(list: List): string {
  const first = list.items[0];
  return typeof first === "string" ? first : "";
}

/** Block comments nest. */
function endOfComment(text: string, from: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < text.length) {
    if (text.startsWith("(;", at)) {
      depth++;
      at += 2;
    } else if (text.startsWith(";)", at)) {
      depth--;
      at += 2;
    } else at++;
  }
  return at;
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  '"': 34,
  "'": 39,
  "\\": 92,
};

/** The bytes that a quoted string stands for. */
export function bytesOf({ text }: Quoted): Uint8Array {
  const parts = text.match(/\\u\{[0-9a-fA-F_]+\}|\\[0-9a-fA-F]{2}|\\.|[^\\]+/gs) ?? [];
  return Uint8Array.from(Buffer.concat(parts.map(bytesOfPart)));
}

export function textOf(quoted: Quoted): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(quoted));
}

function bytesOfPart(part: string): Buffer {
  if (!part.startsWith("\\")) return Buffer.from(part);
  if (part.startsWith("\\u{")) {
    const point = Number.parseInt(part.slice(3, -1).replaceAll("_", ""), 16);
    return Buffer.from(String.fromCodePoint(point));
  }
  const escape = ESCAPES[part.slice(1)];
  return Buffer.of(escape ?? Number.parseInt(part.slice(1), 16));
}
