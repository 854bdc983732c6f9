/** A page before it is Markdown or HTML. Texts are plain: each printer escapes them. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly language: "yaml" | "http" | "text"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

export function heading(level: 1 | 2 | 3, content: string): Block {
  return { kind: "heading", level, text: content };
}

export function text(content: string): Block {
  return { kind: "text", text: content };
}

export function code(language: "yaml" | "http" | "text", content: string): Block {
  return { kind: "code", language, text: content };
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): Block {
  return { kind: "table", head, rows };
}
