import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

const KIT = ["@backworks/host", "@backworks/pdk"];

/**
 * How the kit that runs now was installed above `folder`, in the words of a package.json: packages
 * that came from files are named by those files, so that `npm install` finds them again.
 */
export async function findKit(folder: string): Promise<Record<string, string>> {
  for (let at = folder; ; at = dirname(at)) {
    const lock = await readLock(join(at, "node_modules/.package-lock.json"));
    const found = lock === undefined ? [] : KIT.flatMap((name) => describe(lock, name, at, folder));
    if (found.length > 0) return Object.fromEntries(found);
    if (dirname(at) === at) return {};
  }
}

const OWN_PACKAGE = new URL("../../package.json", import.meta.url);

/** What the fast target compiles with, in the version that this kit is made for. */
export async function fastCompiler(): Promise<Record<string, string>> {
  const own: { readonly peerDependencies: { readonly assemblyscript: string } } = JSON.parse(
    await readFile(OWN_PACKAGE, "utf8"),
  );
  const { assemblyscript } = own.peerDependencies;
  return { assemblyscript };
}

interface Lock {
  readonly packages?: Readonly<
    Record<string, { readonly version?: string; readonly resolved?: string; readonly link?: true }>
  >;
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    // No npm project here: it may be further up.
    return undefined;
  }
}

function describe(
  { packages = {} }: Lock,
  name: string,
  root: string,
  folder: string,
): [name: string, wanted: string][] {
  const entry = packages[`node_modules/${name}`];
  if (entry === undefined) return [];
  const { version, resolved = "", link } = entry;
  // A linked workspace has its version in its own folder, and needs no entry: npm links it anyway.
  if (link === true || version === undefined) return [];
  if (!resolved.startsWith("file:")) return [[name, `^${version}`]];
  const file = resolve(root, resolved.slice("file:".length));
  return [[name, `file:${relative(folder, file).split(sep).join("/")}`]];
}
