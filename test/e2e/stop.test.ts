import { connect } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { TestFolder } from "../support/app.ts";
import { HostProcess } from "../support/process.ts";

const YAML = `name: slow
server: { host: 127.0.0.1 }
endpoints:
  echo: { path: /echo, method: POST, response: { body: "got \${request.body}" } }
`;

test("SIGTERM lets a request in flight finish, takes no new one, and ends with 0", async () => {
  await using folder = await TestFolder.create({ "backworks.yaml": YAML });
  await using host = await HostProcess.start(`${folder.path}/backworks.yaml`);
  const { port } = new URL(host.url);
  const socket = connect(Number(port), "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString()));
  socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\n"ha');
  // The server has begun to read the body when it has answered another connection's request.
  await host.fetch("/livez");

  const exit = host.stop();
  await expect
    .poll(async () =>
      host.fetch("/livez").then(
        () => "up",
        () => "down",
      ),
    )
    .toBe("down");
  socket.write('lf"');
  await once(socket, "close");
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close[^]*got half$/i);
  expect(await exit).toBe(0);
});
