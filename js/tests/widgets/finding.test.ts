// The filter's text in the panels: marked, counted, gone through.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import { findTextRanges } from "../../src/components/find";
import { byRole, eachOnItsOwn, frame, open, press, show, shown, tab, text } from "../page";

eachOnItsOwn();

/** The registry of custom highlights, which this page does not have. */
class Registry extends Set<Range> {}

beforeEach(() => {
  vi.stubGlobal("Highlight", Registry);
  vi.stubGlobal("CSS", { ...CSS, highlights: new Map<string, Registry>() });
});
afterEach(() => vi.unstubAllGlobals());

const marked = (name: string) =>
  [...((CSS.highlights as unknown as Map<string, Registry>).get(name) ?? [])].map(String);

async function look(el: Element, words: string): Promise<HTMLInputElement> {
  press(tab(el, "Tokens"), "/");
  await frame();
  const field = el.querySelector(".lgj-search input") as HTMLInputElement;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await frame(600);
  return field;
}

const position = (el: Element) => text(byRole(byRole(el, "search")[0] as Element, "status")[0]);

async function enter(field: Element, fields: KeyboardEventInit = {}): Promise<void> {
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...fields }));
  await frame();
}

describe("the places of a text", () => {
  const places = (html: string, words: string) => {
    const root = document.createElement("div");
    root.innerHTML = html;
    return findTextRanges(root, words).map(String);
  };

  it("are found in any case, as it is written", () => {
    expect(places("<p>Mud, mud. <b>MUD</b></p>", "mud")).toEqual(["Mud", "mud", "MUD"]);
    expect(places("<p>a.b a+b</p>", "a.b")).toEqual(["a.b"]);
  });

  it("go across the pieces of a streamed text, and not across elements", () => {
    const root = document.createElement("p");
    root.append("mu", "d and ", "mud");
    expect(findTextRanges(root, "mud").map(String)).toEqual(["mud", "mud"]);
    expect(places("<i>mu</i><i>d</i>", "mud")).toEqual([]);
  });

  it("are not in what no reader sees, nor in what tools are called", () => {
    expect(places('<p class="lgj-sr">mud</p><button class="lgj-button">mud</button>', "mud")).toEqual([]);
  });
});

describe("what is found", () => {
  it("is marked and counted in the panel that is open", async () => {
    const { el } = await shown(research());
    await look(el, "magnet");
    const count = marked("lgj-found").length;
    expect(count).toBeGreaterThan(2);
    expect(position(el)).toBe(`${count} found`);
    await open(el, "Timeline");
    await frame(400);
    expect(position(el)).toBe("0 found");
    expect(marked("lgj-found")).toEqual([]);
  });

  it("is gone through by Enter and Shift + Enter, around both ends", async () => {
    const { el } = await shown(research());
    const field = await look(el, "magnet");
    const count = marked("lgj-found").length;
    await enter(field);
    expect(position(el)).toBe(`1 of ${count}`);
    expect(marked("lgj-found-current")).toHaveLength(1);
    await enter(field);
    expect(position(el)).toBe(`2 of ${count}`);
    await enter(field, { shiftKey: true });
    await enter(field, { shiftKey: true });
    expect(position(el)).toBe(`${count} of ${count}`);
    (el.querySelector("[aria-label^=Next]") as HTMLElement).click();
    await frame();
    expect(position(el)).toBe(`1 of ${count}`);
  });

  it("is shown in the question alone, where no answer has it", async () => {
    const script = research();
    const question = script.tables.messages.find(({ role }) => role === "human");
    Object.assign(question ?? {}, { source: "input" });
    script.texts.set(`${question?.message_id}\ntext`, "What of the zebra?");
    const { el, model } = show(modelOf(script));
    model.receive(script.snapshot());
    await frame();
    await look(el, "zebra");
    expect(position(el)).toBe("1 found");
    await look(el, "zebu");
    expect(text(byRole(el, "tabpanel")[0])).toContain("No message passes the filter.");
  });

  it("is let go of with the text", async () => {
    const { el } = await shown(research());
    await look(el, "magnet");
    await look(el, "");
    expect(marked("lgj-found")).toEqual([]);
    expect(byRole(byRole(el, "search")[0] as Element, "status")).toHaveLength(0);
  });

  it("is marked by elements above it where there are no custom highlights", async () => {
    vi.stubGlobal("Highlight", undefined);
    vi.spyOn(Range.prototype, "getClientRects").mockImplementation(
      () => [new DOMRect(1, 2, 3, 4)] as unknown as DOMRectList,
    );
    const { el } = await shown(research());
    const field = await look(el, "magnet");
    await enter(field);
    const count = Number(position(el).split(" of ")[1]);
    expect(el.querySelectorAll("mark")).toHaveLength(count);
    expect(el.querySelectorAll("mark.lgj-found-current")).toHaveLength(1);
    await look(el, "");
    expect(el.querySelectorAll("mark")).toHaveLength(0);
    vi.restoreAllMocks();
  });
});
