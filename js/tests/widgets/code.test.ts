import { afterEach, describe, expect, it, vi } from "vitest";
import { modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import { summary } from "../builders";
import { button, byRole, eachOnItsOwn, frame, show, shown, tell, text } from "../page";

eachOnItsOwn();

describe("the menu of code", () => {
  afterEach(() => vi.unstubAllGlobals());

  const copied = () => {
    const writeText = vi.fn(async (_: string) => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    return writeText;
  };

  const open = async (el: HTMLElement) => {
    button(el, "Code").click();
    await frame();
    return [...el.querySelectorAll<HTMLElement>(".lgj-code-menu .lgj-option")];
  };

  it("copies what the kernel writes", async () => {
    const writeText = copied();
    const { el, model } = await shown(research());
    const [python] = await open(el);
    expect(text(python)).toContain("Python");
    button(python as HTMLElement, "Copy").click();
    await frame();
    expect(model.sent.filter(({ method }) => method === "code").map(({ params }) => params)).toEqual([
      { language: "python" },
    ]);
    expect(writeText).toHaveBeenCalledWith("the run in python");
    expect(text(python)).toContain("Copied");
  });

  it("tells why there is none", async () => {
    const writeText = copied();
    const script = research();
    const model = modelOf(script);
    model.kernel = ({ id, method }) => {
      if (method === "code") model.receive({ type: "reply", id, error: "A file does not tell." });
    };
    const { el } = show(model);
    tell(model, script);
    await frame();
    const [python] = await open(el);
    button(python as HTMLElement, "Copy").click();
    await frame();
    expect(text(byRole(el, "alert")[0])).toBe("A file does not tell.");
    expect(writeText).not.toHaveBeenCalled();
  });

  it.each([
    [["python"], ["Python"]],
    [
      ["python", "javascript", "curl"],
      ["Python", "JavaScript", "cURL"],
    ],
  ])("has for a run the languages that can ask it: %s", async (languages, names) => {
    const script = research();
    const model = modelOf(script);
    const { el } = show(model);
    tell(model, script);
    model.receive({ type: "delta", n: script.frames.length + 1, counts: {}, summary: { languages } });
    await frame();
    const options = await open(el);
    expect(options.map((option) => text(option).split("Copy")[0])).toEqual(names);
  });

  it("closes by Escape and a press elsewhere, and is not there where nobody knows what was asked", async () => {
    const { el, model } = await shown(research());
    for (const leave of [
      () => button(el, "Code").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })),
      () => document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })),
    ]) {
      expect(await open(el)).not.toEqual([]);
      leave();
      await frame();
      expect(el.querySelector(".lgj-code-menu .lgj-menu")).toBeNull();
    }
    model.receive({ ...research().snapshot(), n: 10_000, summary: summary({ languages: [] }) });
    await frame();
    expect(button(el, "Code")).toBeUndefined();
  });
});
