import { assert } from "../../lib/assert.ts";
import { profileModule, type ProfiledModule } from "../../wasm/profile/profile-module.ts";
import { Compiler, type CompiledModule, type CompileOptions } from "../compile.ts";

export interface ProfiledCode {
  readonly module: CompiledModule;
  readonly profiled: ProfiledModule;
}

/** `compileModule`, of a module that tells of its calls. It runs under the same limits and counts the same. */
export async function compileProfiled(
  bytes: Uint8Array,
  options: CompileOptions = {},
): Promise<ProfiledCode> {
  let profiled: ProfiledModule | undefined;
  const compiler = new Compiler((original, policy) => (profiled = profileModule(original, policy)));
  const module = await compiler.compile(bytes, options);
  assert(profiled !== undefined, "a new compiler has nothing to remember");
  return { module, profiled };
}
