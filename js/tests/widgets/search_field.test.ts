// The field above the panels keeps each letter, also those that are typed before anything is painted.

import { describe, expect, it } from "vitest";
import { research } from "../../fixtures/stories";
import { button, byRole, drawn, eachOnItsOwn, frame, press, shown, tab } from "../page";

eachOnItsOwn();

function type(words: string): HTMLInputElement {
  const field = document.activeElement as HTMLInputElement;
  field.value += words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return field;
}

async function opened(): Promise<Element> {
  const { el } = await shown(research());
  press(tab(el, "Tokens"), "/");
  await drawn();
  return el;
}

describe("the search field", () => {
  it("has the keys that follow a slash, before a frame is drawn", async () => {
    const el = await opened();
    expect(document.activeElement).toBe(el.querySelector(".lgj-search input"));
    const field = type("magnet");
    await frame(600);
    expect(field.value).toBe("magnet");
    expect(byRole(byRole(el, "search")[0] as Element, "status")).toHaveLength(1);
  });

  it("keeps a space at the end, before which the text is looked for", async () => {
    await opened();
    const field = type("magnet ");
    await frame(600);
    type("field");
    await frame(600);
    expect(field.value).toBe("magnet field");
  });

  it("is emptied with the filter, whatever it was about to report", async () => {
    const el = await opened();
    const field = type("magnet");
    await frame(600);
    type("s");
    button(el, "Clear").click();
    await frame(600);
    expect(field.value).toBe("");
    expect(byRole(byRole(el, "search")[0] as Element, "status")).toHaveLength(0);
  });
});
