import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  root: new URL("..", import.meta.url).pathname,
  resolve: { conditions: ["backworks-source"] },
  ssr: { resolve: { conditions: ["backworks-source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // Servers, child processes and wasm compilations share two cores with the tests.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    coverage: {
      enabled: process.env["CI"] !== undefined,
      provider: "v8",
      include: ["host/src/**/*.ts", "pdk-ts/src/**/*.ts"],
      // The engine's part is compiled to WebAssembly, and held to tests there.
      exclude: ["pdk-ts/src/engine/glue/**"],
      reporter: ["text-summary", "json-summary", "lcovonly"],
      // A machine without the optional parts (clang, the vectors) skips tests that count here.
      ...(process.env["CI"] !== undefined && { thresholds: { lines: 90, branches: 90 } }),
    },
  },
};

export default config;
