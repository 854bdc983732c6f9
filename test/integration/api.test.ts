import { join } from "node:path";
import { createLogger, findConfig, loadConfig, startApp } from "@backworks/host";
import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";

test("a program can run an application by the package's public API", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": `name: embedded
server:
  host: 127.0.0.1
  port: \${PORT:-8080}
endpoints: { hi: { path: /hi, response: { body: hello } } }
`,
  });
  const file = await findConfig(folder.path);
  expect(file).toBe(join(folder.path, "backworks.yaml"));
  const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
  const app = await startApp(await loadConfig(file, { PORT: "0" }), logger);
  const response = await fetch(new URL("/hi", app.summary.url));
  expect(await response.text()).toBe("hello");
  await app.stop();
});
