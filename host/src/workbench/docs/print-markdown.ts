import type { Block } from "./document.ts";

/** CommonMark with GitHub's tables. */
export function printMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(printBlock).join("\n\n")}\n`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case "text":
      return escapeMarkdown(block.text);
    case "code":
      return printFence(block.language, block.text);
    case "table":
      return [
        printRow(block.head),
        printRow(block.head.map(() => "---")),
        ...block.rows.map((row) => printRow(row.map(escapeMarkdown))),
      ].join("\n");
  }
}

/** A fence longer than any inside. */
function printFence(language: string, content: string): string {
  const inside = Math.max(2, ...(content.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(inside + 1);
  return `${fence}${language}\n${content.replace(/\n$/, "")}\n${fence}`;
}

function printRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll(/\n+/g, "<br>")).join(" | ")} |`;
}

/** What a plugin says of itself is text, never markup. */
function escapeMarkdown(content: string): string {
  // An underscore inside a word marks nothing.
  return content.replaceAll(/[\\`*[\]<>|#&~]|(?<!\w)_|_(?!\w)/g, "\\$&");
}
