import { basename, relative, resolve } from "node:path";
import type { Language, NewProject, TemplateName } from "@backworks/pdk/scaffold";
import { Option, type Command } from "commander";
import { BackworksError } from "../../lib/errors.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { loadScaffold } from "../load-pdk.ts";
import { Output, type Terminal } from "../output.ts";
import { Questions } from "../questions.ts";

interface NewOptions {
  readonly name?: string;
  readonly language?: Language;
  readonly template?: TemplateName;
  readonly target?: "full" | "fast";
  readonly json: boolean;
}

/** Named here too, so that help and its errors need no PDK. */
const TEMPLATES: readonly [TemplateName, ...TemplateName[]] = [
  "basic",
  "middleware",
  "handler",
  "security",
  "analytics",
  "manufacturing",
  "finance",
  "healthcare",
  "weather",
];

const LANGUAGES: readonly [Language, ...Language[]] = ["typescript", "c", "rust"];
const TARGETS = ["full", "fast"] as const;

export function addNewCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("new")
    .description("start a plugin from a template")
    .argument("[folder]", "where to; asked for on a terminal")
    .option("-n, --name <name>", "name of the plugin (default: that of the folder)")
    .addOption(
      new Option("-l, --language <language>", "what to write it in (default: typescript)").choices(
        LANGUAGES,
      ),
    )
    .addOption(
      new Option("--template <template>", "what it does at first (default: basic)").choices(
        TEMPLATES,
      ),
    )
    .addOption(
      new Option(
        "-t, --target <target>",
        "full: all of TypeScript; fast: compiled, a subset (default: full)",
      ).choices(TARGETS),
    )
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
On a terminal it asks for what is not given; in a pipe the defaults hold.

Examples:
  backworks plugin new hello
  backworks plugin new line --template manufacturing --target fast
  backworks plugin new stamp --language rust`,
    )
    .action(async (folder: string | undefined, options: NewOptions) =>
      create(folder, options, context),
    );
}

async function create(
  folder: string | undefined,
  options: NewOptions,
  { terminal, finish }: CommandContext,
): Promise<void> {
  const output = new Output(terminal, options.json);
  const { createProject, ProjectError } = await loadScaffold();
  const project = await settle(folder, options, terminal);
  try {
    const { files } = await createProject(project);
    report(project, files, output, terminal);
    finish(EXIT.ok);
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    throw new BackworksError("usage", error.message, { cause: error });
  }
}

/** What is given, then what is asked, then the defaults. */
async function settle(
  folder: string | undefined,
  options: NewOptions,
  terminal: Terminal,
): Promise<NewProject> {
  if (folder !== undefined) return complete(resolve(terminal.directory, folder), options);
  if (options.json || terminal.in.isTTY !== true) {
    throw new BackworksError("usage", "name a folder: backworks plugin new hello");
  }
  using questions = new Questions(terminal);
  const to = resolve(terminal.directory, await questions.ask("Folder", "my-plugin"));
  const name = options.name ?? (await questions.ask("Name", nameOf(to)));
  const language = options.language ?? (await questions.choose("Language", LANGUAGES));
  if (language !== "typescript") return complete(to, { ...options, name, language });
  const template = options.template ?? (await questions.choose("Template", TEMPLATES));
  const target = options.target ?? (await questions.choose("Target", TARGETS));
  return complete(to, { ...options, name, language, template, target });
}

function complete(folder: string, options: NewOptions): NewProject {
  const { name = nameOf(folder), language = "typescript", template, target } = options;
  if (language !== "typescript" && (template ?? target) !== undefined) {
    const message = `--template and --target are for TypeScript, not for ${language}`;
    throw new BackworksError("usage", message);
  }
  return { folder, name, language, template: template ?? "basic", target: target ?? "full" };
}

function nameOf(folder: string): string {
  return basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-");
}

function report(
  project: NewProject,
  files: readonly string[],
  output: Output,
  terminal: Terminal,
): void {
  const { folder, name, language } = project;
  const place = relative(terminal.directory, folder);
  output.line(`${output.style("green", "✓")} ${name} in ${place === "" ? "this folder" : place}`);
  for (const file of files) output.line(`  ${file}`);
  const steps = [
    ...(place === "" ? [] : [`cd ${place}`]),
    ...(language === "typescript"
      ? ["npx backworks plugin test", `npx backworks plugin build . -o dist/${name}.wasm`]
      : ["make", "make test"]),
  ];
  output.note(`\nNext:\n${steps.map((step) => `  ${step}`).join("\n")}`);
  output.json({ ok: true, name, folder, language, files });
}
