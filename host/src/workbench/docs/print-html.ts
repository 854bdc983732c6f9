import { escapeMarkup } from "../../lib/escape.ts";
import type { Block } from "./document.ts";

const STYLE = `
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1f2328; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d1d9e0; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #d1d9e0; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
pre { background: #f6f8fa; padding: 0.8rem; overflow-x: auto; }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3; }
  pre { background: #161b22; }
  h2, th, td { border-color: #30363d; }
}
`;

/** One page that loads nothing and runs nothing. */
export function printHtml(blocks: readonly Block[], title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map(printBlock).join("\n")}
</body>
</html>
`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${escapeMarkup(block.text)}</h${block.level}>`;
    case "text":
      return `<p>${escapeMarkup(block.text)}</p>`;
    case "code":
      return `<pre><code>${escapeMarkup(block.text)}</code></pre>`;
    case "table": {
      const head = block.head.map((cell) => `<th>${escapeMarkup(cell)}</th>`).join("");
      const rows = block.rows.map((row) => `<tr>${row.map(printCell).join("")}</tr>`);
      return `<table>\n<tr>${head}</tr>\n${rows.join("\n")}\n</table>`;
    }
  }
}

function printCell(content: string): string {
  return `<td>${escapeMarkup(content).replaceAll("\n", "<br>")}</td>`;
}
