import type * as builder from "@backworks/pdk/build";
import type * as pack from "@backworks/pdk/pack";
import type * as scaffold from "@backworks/pdk/scaffold";
import { BackworksError } from "../lib/errors.ts";

/** The builder comes with the PDK, which a host in production does not carry. */
export async function loadBuilder(): Promise<typeof builder> {
  return orExplain(import("@backworks/pdk/build"), "building plugins");
}

export async function loadScaffold(): Promise<typeof scaffold> {
  return orExplain(import("@backworks/pdk/scaffold"), "starting a plugin");
}

export async function loadPack(): Promise<typeof pack> {
  return orExplain(import("@backworks/pdk/pack"), "packing plugins");
}

async function orExplain<T>(loading: Promise<T>, what: string): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) {
      throw cause;
    }
    throw new BackworksError(
      "usage",
      `${what} needs the package @backworks/pdk: npm install --save-dev @backworks/pdk`,
      { cause },
    );
  }
}
