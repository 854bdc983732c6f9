import { Readable, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { Output } from "../../../host/src/cli/output.ts";

const ERASE = "\r\u001b[2K";

interface Looker {
  readonly output: Output;
  /** All that was written, whichever stream it went to: a terminal shows both. */
  readonly seen: () => string;
}

function look(isTTY: boolean, { isJson = false, TERM = "xterm" } = {}): Looker {
  const written: string[] = [];
  const write = (chunk: unknown, _: string, done: () => void): void => {
    written.push(String(chunk));
    done();
  };
  const screen = Object.assign(new Writable({ write }), { isTTY, getColorDepth: () => 1 });
  const output = new Output(
    {
      in: Readable.from([]),
      out: screen,
      err: screen,
      env: { TERM },
      directory: "/",
      stopSignal: async () => "SIGTERM",
    },
    isJson,
  );
  return { output, seen: () => written.join("") };
}

async function build({ output }: Looker): Promise<string> {
  return output.during("building hello", async () => {
    output.line("✓ one case");
    output.note("warning");
    return "done";
  });
}

describe("what is being done", () => {
  test("stands on a terminal's last line until it is done", async () => {
    const looker = look(true);
    await expect(build(looker)).resolves.toBe("done");
    looker.output.line("built");
    const doing = "building hello …";
    expect(looker.seen()).toBe(
      `${doing}${ERASE}✓ one case\n${doing}${ERASE}warning\n${doing}${ERASE}built\n`,
    );
  });

  test("is gone when it fails", async () => {
    const { output, seen } = look(true);
    const failing = output.during("building", async () => {
      throw new RangeError("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(seen()).toBe(`building …${ERASE}`);
  });

  test("fits on the line and moves no cursor, whatever the name", async () => {
    const { output, seen } = look(true);
    await output.during(`building \u001b[2J${"a".repeat(200)}`, async () => undefined);
    const [shown = ""] = seen().split(ERASE);
    expect(shown).toMatch(/^building \\u001b\[2Ja+… …$/);
    expect(shown.length).toBeLessThan(80);
  });

  test.each([
    ["in a pipe", look(false)],
    ["on a terminal that cannot erase", look(true, { TERM: "dumb" })],
  ])("is not shown %s: there are plain lines", async (_, looker) => {
    await build(looker);
    expect(looker.seen()).toBe("✓ one case\nwarning\n");
  });

  test("is not shown beside JSON", async () => {
    const looker = look(true, { isJson: true });
    await build(looker);
    looker.output.json({ ok: true });
    expect(looker.seen()).toBe('{"ok":true}\n');
  });
});
