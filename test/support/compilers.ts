import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { TestFolder } from "./folder.ts";

const execute = promisify(execFile);

const ROOT = new URL("../..", import.meta.url).pathname;
const TEMPLATES = join(ROOT, "pdk-ts/templates");

/** Debian's compilers, which the author's guide names. */
export const HAS_CLANG: boolean = existsSync("/usr/bin/clang") && existsSync("/usr/bin/wasm-ld");
export const HAS_CPP: boolean = HAS_CLANG && existsSync("/usr/lib/wasm32-wasi/libc++.a");
export const HAS_RUST: boolean = existsSync("/usr/lib/rustlib/wasm32-unknown-unknown");

/** Compiles a C source that includes backworks.h, with the flags of the author's guide. */
export async function compileC(source: string): Promise<Uint8Array> {
  await using folder = await TestFolder.create();
  const out = join(folder.path, "plugin.wasm");
  const flags = ["--target=wasm32", "-mbulk-memory", "-O2", "-nostdlib", "-Wl,--no-entry"];
  const strict = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-function"];
  const include = ["-I", join(TEMPLATES, "c")];
  await execute("/usr/bin/clang", [...flags, ...strict, ...include, "-o", out, source]);
  return await readFile(out);
}

/** Compiles a Rust source beside which backworks.rs is put. */
export async function compileRust(source: string): Promise<Uint8Array> {
  await using folder = await TestFolder.create();
  for (const name of ["backworks.rs", "backworks_exchange.rs", "backworks_services.rs"]) {
    await copyFile(join(TEMPLATES, "rust/src", name), join(folder.path, name));
  }
  const plugin = join(folder.path, "plugin.rs");
  await copyFile(source, plugin);
  const out = join(folder.path, "plugin.wasm");
  const target = ["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib"];
  const flags = ["--edition", "2021", "-D", "warnings", "-C", "opt-level=s", "-C", "strip=symbols"];
  await execute("/usr/bin/rustc", [...target, ...flags, "-o", out, plugin]);
  return await readFile(out);
}
