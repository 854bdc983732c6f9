import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FakePage } from "../support/fake-page.ts";
import { TestFolder } from "../support/folder.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

/** A name that would do harm in markup, in a table of a terminal and in JSON inside of HTML. */
const HOSTILE = `</script><img src=x onerror=alert(1)>&"'\u001b[31m\u2028<!--`;

describe("files of a profile", () => {
  const files = async (): Promise<Readonly<Record<"speedscope" | "svg" | "html", string>>> => {
    const module = withManifest(
      wat(`(module (func (nop)) (func (export "health_check") (result i32)
        ${"(call 0)".repeat(50)} i32.const 0))`),
      manifestOf("p", "health_check"),
    );
    await using folder = await TestFolder.create({ "p.wasm": renamed(module) });
    const args = ["--speedscope", "p.json", "--svg", "p.svg", "--html", "p.html"];
    const command = ["plugin", "profile", "p.wasm", "health_check", "--accounting", "exact"];
    const { exit, err } = await runCommand([...command, ...args], folder.path);
    expect(exit).toBe(0);
    expect(err).toContain("wrote p.html");
    const read = async (file: string): Promise<string> => readFile(join(folder.path, file), "utf8");
    return {
      speedscope: await read("p.json"),
      svg: await read("p.svg"),
      html: await read("p.html"),
    };
  };

  test("are a profile for speedscope, balanced and in order", async () => {
    const { speedscope } = await files();
    const file = JSON.parse(speedscope);

    expect(file).toMatchObject({
      $schema: "https://www.speedscope.app/file-format-schema.json",
      exporter: expect.stringMatching(/^backworks \d/),
      shared: { frames: expect.arrayContaining([{ name: HOSTILE }]) },
      profiles: [{ type: "evented", unit: "none", startValue: 0 }],
    });
    const [{ events, endValue }] = file.profiles;
    const open: number[] = [];
    let last = 0;
    for (const { type, frame, at } of events) {
      expect(at).toBeGreaterThanOrEqual(last);
      expect(frame).toBeLessThan(file.shared.frames.length);
      last = at;
      if (type === "O") open.push(frame);
      else expect(open.pop()).toBe(frame);
    }
    expect(open).toEqual([]);
    expect(last).toBe(endValue);
  });

  test("are an SVG without a script or anything from elsewhere, whatever functions are called", async () => {
    const { svg } = await files();

    expect(svg).toContain("&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;&#38;&#34;&#39;");
    expect(svg).not.toMatch(/<(script|img|image|a|foreignObject|!--)[\s>]/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
    // oxlint-disable-next-line no-control-regex -- no control character is allowed in XML
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });

  test("are a page whose only scripts are its own, and whose data is what was measured", async () => {
    const { html } = await files();
    const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];

    expect(scripts).toHaveLength(2);
    expect(html).not.toMatch(/<img|<!--|https?:/);
    expect(html).toContain("default-src &#39;none&#39;");
    const data = JSON.parse(scripts[0]?.[1] ?? "");
    expect(data.boxes.map((box: { label: string }) => box.label)).toContainEqual(
      expect.stringContaining("<img src=x onerror=alert(1)>"),
    );
  });

  test("are a page that draws, zooms and searches", async () => {
    const { html } = await files();
    const page = new FakePage(html);

    expect(page.buttons.map(({ textContent }) => textContent)[0]).toBe("health_check");
    page.buttons[1]?.click();
    expect(page.buttons[0]?.className).toBe("faint");
    expect(page.buttons[1]?.style["width"]).toContain("100%");
    page.search("IMG SRC");
    expect(page.buttons[1]?.className).toBe("found");
    expect(page.found).toMatch(/^\d+\.\d % of the fuel$/);
  });
});

/** The module with the hostile name in the place of `h`: names may hold anything, texts of wat not. */
function renamed(module: Uint8Array): Uint8Array {
  const names = Buffer.from(HOSTILE);
  const functionNames = [1, 0, names.length, ...names];
  const body = [4, ...Buffer.from("name"), 1, functionNames.length, ...functionNames];
  return Uint8Array.from([...module, 0, body.length, ...body]);
}
