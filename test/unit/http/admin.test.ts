import { describe, expect, test } from "vitest";
import { route, serve } from "./support.ts";

describe("health", () => {
  test("says how everything is", async () => {
    await using app = await serve([], {
      health: async () => ({ status: "degraded", plugins: { weather: { state: "loaded" } } }),
    });
    const response = await fetch(`${app.url}/health`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      status: "degraded",
      version: "1.2.3",
      uptimeS: 0,
      plugins: { weather: { state: "loaded" } },
    });
  });

  test("is 503 when something critical is not well", async () => {
    await using app = await serve([], {
      health: () => ({ status: "unhealthy", plugins: {} }),
    });
    expect((await fetch(`${app.url}/health`)).status).toBe(503);
  });

  test("livez answers while the server drains, readyz refuses", async () => {
    await using app = await serve([]);
    expect(await (await fetch(`${app.url}/readyz`)).json()).toEqual({ status: "ready" });
    app.server.drain();
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
    const response = await fetch(`${app.url}/readyz`);
    expect([response.status, response.headers.get("connection")]).toEqual([503, "close"]);
    expect(await response.json()).toMatchObject({ type: "urn:backworks:error:server_draining" });
  });

  test("a route of the user takes the path", async () => {
    await using app = await serve([route("mine", "/health"), route("page", "/{page}")]);
    expect(await (await fetch(`${app.url}/health`)).text()).toBe("mine");
    expect(await (await fetch(`${app.url}/livez`)).json()).toEqual({ status: "alive" });
  });
});
