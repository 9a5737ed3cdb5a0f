// What a reader who uses keys and a screen reader depends on, in every panel of every story.

import { describe, expect, it } from "vitest";
import { gallery, silent } from "../../fixtures/gallery";
import { modelOf } from "../../fixtures/model";
import { review } from "../../fixtures/review";
import type { Script } from "../../fixtures/script";
import { research } from "../../fixtures/stories";
import { PANELS } from "../../src/panels";
import { byRole, eachOnItsOwn, frame, open, press, show, shown, tab, tell, text } from "../page";

eachOnItsOwn();

const STORIES: Readonly<Record<string, () => Script>> = { research, review, gallery, silent };
const NAMED =
  "button, input, select, textarea, a[href], [role=img], [role=tab], [role=option], [role=progressbar]";

/** What an element is called, by its text, its label or its title. */
function nameOf(element: Element): string {
  const label = element.closest("label") ?? element.ownerDocument.querySelector(`label[for="${element.id}"]`);
  return [element.getAttribute("aria-label"), text(element), text(label), element.getAttribute("title")]
    .map((name) => (name ?? "").trim())
    .join("");
}

describe.each(Object.keys(STORIES))("in the story %s", (story) => {
  it.each(PANELS.map(({ title }) => title))("whatever can be used in %s has a name", async (title) => {
    const { el } = await shown((STORIES[story] as () => Script)());
    if (!tab(el, title)) return expect(PANELS.find((panel) => panel.title === title)?.optional).toBe(true);
    press(tab(el, "Tokens"), "/");
    await frame();
    const panel = await open(el, title);
    await frame();
    expect(panel.getAttribute("aria-label")).toBe(title);
    const nameless = [...el.querySelectorAll(NAMED)].filter((each) => nameOf(each) === "");
    expect(nameless.map((each) => each.outerHTML)).toEqual([]);
    const images = [...el.querySelectorAll("img")].filter((image) => !image.hasAttribute("alt"));
    expect(images).toEqual([]);
    const icons = [...el.querySelectorAll("svg")].filter(
      (svg) => svg.getAttribute("aria-hidden") !== "true" && svg.getAttribute("role") !== "img",
    );
    expect(icons.map((svg) => svg.outerHTML)).toEqual([]);
    // The order of the page is the order of Tab, and each list of tabs is one stop of it.
    const stops = [...el.querySelectorAll<HTMLElement>("[tabindex]")].filter(({ tabIndex }) => tabIndex > 0);
    expect(stops).toEqual([]);
    expect(byRole(el, "tab").filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });
});

describe("landmarks", () => {
  const LANDMARKS =
    "section[aria-label]:not([role]), nav, [role=region], [role=search], [role=navigation], [role=form]";

  /** Two runs of one graph in two cells, with all that can be opened in them. */
  async function twoRuns(story: () => Script, title: string): Promise<Element[]> {
    const views = [];
    for (const key of ["3f2a1b7c-run", "9c04de11-run"]) {
      const script = story();
      script.summary = { ...script.summary, key };
      const model = modelOf(script);
      const view = show(model);
      tell(model, script);
      model.receive({ ...script.snapshot(), summary: script.summary });
      await frame();
      views.push(view.el);
      press(tab(view.el, "Tokens"), "/");
      await frame();
      await open(view.el, title);
    }
    return views;
  }

  it.each([
    ["Timeline", research],
    ["State", gallery],
    ["Interrupts", review],
  ] as const)("of two runs of one graph are told apart, with %s", async (title, story) => {
    const names = (await twoRuns(story, title))
      .flatMap((el) => [...el.querySelectorAll(LANDMARKS)])
      .map((each) => `${each.getAttribute("role") ?? each.tagName} ${each.getAttribute("aria-label")}`);
    expect(names.length).toBeGreaterThanOrEqual(4); // the run and the filter of each
    expect(new Set(names).size).toBe(names.length);
  });

  it("of a panel alone say which it is", async () => {
    const script = research();
    const model = modelOf(script);
    model.traits._panel = "timeline";
    const { el } = show(model);
    tell(model, script);
    await frame();
    expect(el.querySelector("section")?.getAttribute("aria-label")).toContain(", timeline");
  });
});

describe("keys", () => {
  it("go from tab to tab, and around", async () => {
    const { el } = await shown(research());
    const selected = () =>
      text(
        byRole(el, "tab").find(
          (each) => each.ariaSelected === "true" || each.getAttribute("aria-selected") === "true",
        ),
      );
    const titles = byRole(el, "tab").map((each) => each.textContent ?? "");
    tab(el, "Tokens").focus();
    press(document.activeElement, "ArrowRight");
    await frame();
    expect(selected()).toContain("State");
    expect(document.activeElement).toBe(tab(el, "State"));
    press(document.activeElement, "End");
    await frame();
    expect(text(document.activeElement)).toBe(titles.at(-1));
    press(document.activeElement, "ArrowRight");
    await frame();
    expect(selected()).toContain("Tokens");
    press(document.activeElement, "ArrowLeft");
    await frame();
    expect(text(document.activeElement)).toContain(titles.at(-1)?.replace(/\d+$/, ""));
  });

  it("step through the state, from either end", async () => {
    const { el } = await shown(research());
    const state = await open(el, "State");
    const current = () => state.querySelector("[aria-current=step]")?.getAttribute("aria-label");
    const list = byRole(state, "list")[0];
    press(list, "ArrowRight");
    await frame();
    const first = current();
    expect(first).toBe(state.querySelector("section")?.getAttribute("aria-label"));
    press(list, "ArrowRight");
    await frame();
    expect(current()).not.toBe(first);
    press(list, "ArrowLeft");
    press(list, "ArrowLeft");
    await frame();
    expect(current()).toBe(first); // there is none before
  });
});
