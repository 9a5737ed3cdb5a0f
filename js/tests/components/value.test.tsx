// A value as panels show it.

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ValueTree } from "../../src/components/ValueTree";
import type { Json } from "../../src/core/json";

const host = document.createElement("div");
document.body.append(host);
afterEach(() => render(null, host));

async function drawn(value: Json, open?: number): Promise<HTMLElement> {
  await act(() => render(<ValueTree value={value} {...(open === undefined ? {} : { open })} />, host));
  return host;
}

async function click(name: string): Promise<void> {
  const button = [...host.querySelectorAll("button")].find((each) =>
    (each.title + each.textContent).includes(name),
  );
  await act(() => button?.click());
}

describe("a value", () => {
  it("that is a list of like objects is a table, and a tree on request", async () => {
    await drawn([
      { city: "Lisbon", nights: 3 },
      { city: "Porto", seen: { by: "Ada" } },
    ]);
    expect([...host.querySelectorAll("th")].map((each) => each.textContent)).toEqual([
      "city",
      "nights",
      "seen",
    ]);
    expect(host.querySelectorAll("tbody tr")).toHaveLength(2);
    expect(host.textContent).toContain('{by: "Ada"}');
    await click("Tree");
    expect(host.querySelector("table")).toBeNull();
    expect(host.textContent).toContain('0:{city: "Lisbon"');
  });

  it("that is JSON in a text is a tree, marked as a text", async () => {
    await drawn({ result: '{"a": {"b": 1}}' }, 3);
    expect(host.textContent).toContain("JSON text");
    expect(host.textContent).toContain("b:1");
  });

  it("that is an image is a thumbnail of its own data, which a click shows whole", async () => {
    const src = "data:image/png;base64,iVBORw0KGgo=";
    await drawn({ picture: src, far: "https://example.org/a.png" });
    const images = [...host.querySelectorAll("img")];
    expect(images.map((each) => each.getAttribute("src"))).toEqual([src]);
    await click("show it whole");
    expect(host.querySelector(".lgj-json-image-whole")).not.toBeNull();
  });

  it("that is long is folded after a sentence", async () => {
    await drawn({ text: `${"It is said. ".repeat(40)}The end.` });
    expect(host.querySelector(".lgj-json-string")?.textContent).toMatch(/It is said\.… all 488.B$/);
    await click("all");
    expect(host.textContent).toContain("The end.");
  });

  it("is copied as JSON, a text as text", async () => {
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    await drawn({ a: 1 });
    await click("Copy as JSON");
    await drawn("x".repeat(100));
    await click("Copy the text");
    expect(writeText.mock.calls).toEqual([['{\n  "a": 1\n}'], ["x".repeat(100)]]);
    vi.unstubAllGlobals();
  });
});
