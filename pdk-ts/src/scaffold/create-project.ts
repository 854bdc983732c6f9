import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fastCompiler, findKit } from "./installed-kit.ts";
import { ProjectError } from "./project-error.ts";
import { projectFiles, type ProjectPlan } from "./project-files.ts";

const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** Kept, with what is missing added, when the folder is an npm project already. */
const PACKAGE_FILE = "package.json";

export interface NewProject extends ProjectPlan {
  /** Absolute; made when it is not there. */
  readonly folder: string;
}

export interface CreatedProject {
  /** Written, relative to the folder. */
  readonly files: readonly string[];
}

/**
 * Starts a plugin in a folder. Nothing that is there is changed, but for what a `package.json` lacks;
 * throws a `ProjectError` before anything is written when a file is in the way.
 */
export async function createProject(project: NewProject): Promise<CreatedProject> {
  const { folder, name } = project;
  if (!NAME.test(name)) {
    throw new ProjectError(
      `${JSON.stringify(name)} is no name of a plugin: lower case letters, digits and hyphens, a letter first, at most 64`,
    );
  }
  const files = new Map(await projectFiles(project));
  const ours = files.get(PACKAGE_FILE);
  if (ours !== undefined) files.set(PACKAGE_FILE, await completePackage(project, ours));
  const taken = await findTaken(folder, [...files.keys()]);
  if (taken.length > 0) {
    throw new ProjectError(
      `${folder} has these files already: ${taken.join(", ")}; choose another folder, or move them`,
    );
  }
  await writeAll(folder, files);
  return { files: [...files.keys()] };
}

/** The scripts and packages that a plugin needs, in the package.json of the folder or in a new one. */
async function completePackage({ folder, target }: NewProject, ours: string): Promise<string> {
  const wanted = parsePackage(ours, "the template's package.json");
  const file = join(folder, PACKAGE_FILE);
  const found = await readFile(file, "utf8").catch(() => undefined);
  const own = found === undefined ? {} : parsePackage(found, file);
  const devDependencies = {
    ...group(wanted, "devDependencies"),
    ...(await findKit(folder)),
    ...(target === "fast" && (await fastCompiler())),
    ...group(own, "devDependencies"),
  };
  const complete = {
    ...wanted,
    ...own,
    scripts: { ...group(wanted, "scripts"), ...group(own, "scripts") },
    devDependencies,
  };
  return `${JSON.stringify(complete, null, 2)}\n`;
}

type Package = Readonly<Record<string, unknown>>;

function parsePackage(text: string, file: string): Package {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new ProjectError(`${file} is no JSON: correct it first`, { cause });
  }
  throw new ProjectError(`${file} is no JSON object: correct it first`);
}

function group(of: Package, key: string): Package {
  const value = of[key];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Package {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function findTaken(folder: string, paths: readonly string[]): Promise<string[]> {
  const taken: string[] = [];
  for (const path of paths) {
    if (path !== PACKAGE_FILE && (await exists(join(folder, path)))) taken.push(path);
  }
  return taken;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** All of them, or none. */
async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const written: string[] = [];
  try {
    for (const [path, text] of files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      // An npm project's own package.json is replaced last of all, when nothing can go wrong any more.
      if (path === PACKAGE_FILE) continue;
      await writeFile(file, text, { flag: "wx" });
      written.push(file);
    }
    const ours = files.get(PACKAGE_FILE);
    if (ours !== undefined) await writeFile(join(folder, PACKAGE_FILE), ours);
  } catch (cause) {
    await Promise.all(written.map(async (file) => rm(file, { force: true })));
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProjectError(`cannot write into ${folder}: ${reason}`, { cause });
  }
}
