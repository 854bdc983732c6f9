import type { Message } from "esbuild";

/** What the bundler says, for somebody who writes a plugin and never chose a bundler. */
export interface Explained {
  readonly text: string;
  readonly notes: readonly Pick<Message, "text" | "location">[];
}

type Explain = (found: readonly string[], message: Message) => Explained;

/** The bundler's sentences that speak of its own options and names, and ours for them. */
const WORDS: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [
    /^Top-level await is /,
    () => ({
      text: "top-level await is not possible: what stands outside of functions runs once, while the plugin is built",
      notes: [note("await in initialize or in another hook: every hook may be async")],
    }),
  ],
  [/^Could not resolve "(.+)"$/, ([, path = ""], { notes }) => explainMissing(path, notes)],
  [
    /^No matching export in "backworks-pdk:.*" for import "(.+)"$/,
    ([, name = ""], { notes }) => ({ text: `"@backworks/pdk" exports no "${name}"`, notes }),
  ],
  [
    /^No loader is configured for "(.+)" files: (.+)$/,
    ([, ending = "", file = ""]) => ({
      text: `${file} cannot be imported: a plugin is made of TypeScript, JavaScript, JSON and text`,
      notes: [note(`${ending} is none of .ts, .js, .json and .txt`)],
    }),
  ],
];

export function explainMessage(message: Message): Explained {
  for (const [pattern, explain] of WORDS) {
    const found = pattern.exec(message.text);
    if (found !== null) return explain(found, message);
  }
  const { text, notes } = message;
  return { text: text.slice(0, 1).toLowerCase() + text.slice(1), notes };
}

function explainMissing(path: string, said: Message["notes"]): Explained {
  if (/^[./]/.test(path)) return { text: `there is no file "${path}"`, notes: [] };
  if (path.startsWith("@backworks/pdk/")) {
    return { text: `"${path}" is not for plugins`, notes: [note('import from "@backworks/pdk"')] };
  }
  // What is left beside the advice tells why an installed package does not have the path.
  const reasons = said.filter(({ text }) => !/\bas external\b|"external"/.test(text));
  if (reasons.length > 0 || path.startsWith("#")) {
    return { text: `cannot find "${path}"`, notes: reasons };
  }
  const name = packageOf(path);
  return {
    text: `there is no package "${name}"`,
    notes: [note(`install it in the plugin's folder: npm install ${name}`)],
  };
}

/** `@scope/name/deep/path` is a part of `@scope/name`. */
function packageOf(path: string): string {
  return path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");
}

function note(text: string): Explained["notes"][number] {
  return { text, location: null };
}
