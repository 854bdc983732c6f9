import { runInNewContext } from "node:vm";

interface FakeElement {
  textContent: string;
  className: string;
  value: string;
  readonly style: Record<string, string>;
  click: () => void;
}

/** As much of a browser as the script of a flame page needs. */
export class FakePage {
  readonly buttons: FakeElement[] = [];
  readonly #elements = new Map<string, FakeElement & { readonly on: Record<string, () => void> }>();

  constructor(html: string) {
    const [, data, script] = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].reduce<
      string[]
    >((all, match) => [...all, match[1] ?? ""], [""]);
    const element = (): FakeElement & { readonly on: Record<string, () => void> } => {
      const on: Record<string, () => void> = {};
      const classes = new Set<string>();
      const made = {
        on,
        textContent: "",
        value: "",
        style: {},
        get className() {
          return [...classes].join(" ");
        },
        classList: {
          toggle: (name: string, isOn: boolean) =>
            isOn ? classes.add(name) : classes.delete(name),
        },
        addEventListener: (name: string, listener: () => void) => void (on[name] = listener),
        append: (child: FakeElement) => void this.buttons.push(child),
        click: () => on["click"]?.(),
      };
      return made;
    };
    const byId = (id: string): unknown => {
      const known = this.#elements.get(id) ?? element();
      this.#elements.set(id, known);
      if (id === "data") known.textContent = data ?? "";
      return known;
    };
    runInNewContext(script ?? "", {
      document: { getElementById: byId, createElement: element },
    });
  }

  get found(): string {
    return this.#elements.get("found")?.textContent ?? "";
  }

  search(text: string): void {
    const input = this.#elements.get("search");
    if (input === undefined) return;
    input.value = text;
    input.on["input"]?.();
  }
}
