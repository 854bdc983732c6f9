import { openPlugin } from "@backworks/pdk/testing";
import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";

test("a double that is written wrong is refused by its key", async () => {
  await using folder = await TestFolder.create({
    "plugin.yaml": `
name: asks
version: 1.0.0
hooks: { start: {} }
capabilities: { http: { hosts: [https://api.example.com] }, secrets: [API_KEY] }
`,
    "plugin.ts": `
import { http, secrets } from "@backworks/pdk";
export function start(): void { http.get(secrets.get("API_KEY")); }
`,
  });
  const http = [{ urll: "https://api.example.com/" }, { url: "https://api.example.org/" }];
  const options = { http, htttp: [], secrets: { API_KEYS: "k" } };
  // As a test in JavaScript has it, which nothing checks before.
  const opening = openPlugin(folder.path, options as object);
  await expect(opening).rejects.toMatchObject({
    errors: [
      { code: "test_invalid", message: "htttp: unknown key, did you mean http?" },
      { message: "http[0].urll: unknown key, did you mean url?" },
      { message: "http[0].url: expected a URL, or the beginning of one and *" },
      { message: expect.stringContaining("not for https://api.example.org:443") },
      { message: expect.stringContaining("secrets.API_KEYS: ") },
    ],
  });
});
