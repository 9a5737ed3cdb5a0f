// The frame: one panel or two, the filter of all panels, the selection that they share.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gallery, silent } from "../../fixtures/gallery";
import { modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import type { TaskRow } from "../../src/core/schema";
import { choosePanel } from "../../src/widgets/run/layout";
import {
  asked,
  button,
  byRole,
  cards,
  eachOnItsOwn,
  frame,
  open,
  press,
  show,
  shown,
  tab,
  tell,
  text,
} from "../page";

eachOnItsOwn();

function type(field: Element | null, value: string): void {
  (field as HTMLInputElement).value = value;
  field?.dispatchEvent(new Event("input", { bubbles: true }));
}

describe("which panels are in sight", () => {
  const chosen = { left: "tokens", right: "state" };

  it("is chosen for each side", () => {
    expect(choosePanel(chosen, "left", "events")).toEqual({ left: "events", right: "state" });
    expect(choosePanel(chosen, "right", "events")).toEqual({ left: "tokens", right: "events" });
  });

  it("changes places rather than show one twice", () => {
    expect(choosePanel(chosen, "left", "state")).toEqual({ left: "state", right: "tokens" });
    expect(choosePanel(chosen, "right", "tokens")).toEqual({ left: "state", right: "tokens" });
  });

  it("stays within one panel where the frame is narrow", async () => {
    const { el } = await shown(research());
    expect(byRole(el, "tabpanel")).toHaveLength(1);
    expect(button(el, "Side by side")).toBeUndefined();
  });
});

describe("the height of a frame", () => {
  const heightOf = (el: Element) => el.querySelector<HTMLElement>(".lgj-root")?.style.height;

  it("is what the browser remembers, unless the kernel's options say it", () => {
    localStorage.setItem("lg_jupyter:height", "500");
    const model = modelOf(research());
    expect(heightOf(show(model).el)).toBe("500px");
    model.traits._options = { height: 620 };
    expect(heightOf(show(model).el)).toBe("620px");
  });
});

describe("a wide frame", () => {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1300);
  });
  afterEach(() => vi.restoreAllMocks());

  const panels = (el: Element) => byRole(el, "tabpanel").map((panel) => panel.getAttribute("aria-label"));
  const openTabs = (el: Element) =>
    byRole(el, "tab")
      .filter((each) => each.getAttribute("aria-selected") === "true")
      .map((each) => each.dataset.id);
  const click = async (el: Element, name: string, fields: MouseEventInit = {}) => {
    tab(el, name).dispatchEvent(new MouseEvent("click", { bubbles: true, ...fields }));
    await frame();
  };

  it("has two panels side by side under one list of tabs, and opens others at the right", async () => {
    const { el } = await shown(research());
    expect(byRole(el, "tablist")).toHaveLength(1);
    expect(panels(el)).toEqual(["Tokens", "Timeline"]);
    expect(openTabs(el)).toEqual(["tokens", "timeline"]);
    await click(el, "State");
    expect(panels(el)).toEqual(["Tokens", "State"]);
    expect(openTabs(el)).toEqual(["tokens", "state"]);
  });

  it("opens others where the open tab was that was clicked last, with Shift in the other place", async () => {
    const { el } = await shown(research());
    await click(el, "Tokens");
    expect(panels(el)).toEqual(["Tokens", "Timeline"]);
    await click(el, "Events");
    expect(panels(el)).toEqual(["Events", "Timeline"]);
    await click(el, "State", { shiftKey: true });
    expect(panels(el)).toEqual(["Events", "State"]);
    await click(el, "Custom");
    expect(panels(el)).toEqual(["Events", "Custom"]);
  });

  it("has each open tab a stop, from which arrows open what is not open", async () => {
    const { el } = await shown(research());
    const stops = byRole(el, "tab").filter(({ tabIndex }) => tabIndex === 0);
    expect(stops.map(({ dataset }) => dataset.id)).toEqual(["tokens", "timeline"]);
    tab(el, "Timeline").focus();
    press(document.activeElement, "Home");
    await frame();
    expect(panels(el)).toEqual(["Tokens", "State"]);
    expect(document.activeElement).toBe(tab(el, "State"));
    press(document.activeElement, "ArrowLeft");
    await frame();
    expect(panels(el)[0]).toBe("Tokens");
    expect(panels(el)[1]).toBe("Checkpoints");
    press(tab(el, "Tokens"), "ArrowRight");
    await frame();
    expect(panels(el)).toEqual(["State", "Checkpoints"]);
  });

  it("remembers them, and whether there are two", async () => {
    const { el, another } = await shown(research());
    await click(el, "Events");
    const second = another();
    await frame();
    expect(panels(second)).toEqual(["Tokens", "Events"]);
    button(el, "Side by side").click();
    await frame();
    expect(panels(el)).toEqual(["Tokens"]);
    const third = another();
    await frame();
    expect(panels(third)).toEqual(["Tokens"]);
  });

  it("begins with the panel that it was shown with, which the reader can change", async () => {
    const model = modelOf(research());
    model.traits._options = { panel: "timeline" };
    const { el } = show(model);
    tell(model, research());
    await frame();
    expect(panels(el)).toEqual(["Timeline", "Tokens"]);
    await click(el, "State");
    await frame();
    expect(panels(el)).toEqual(["Timeline", "State"]);
  });

  it("has only the tabs that the options name, in their order", async () => {
    const model = modelOf(research());
    model.traits._options = { panels: ["state", "events", "tokens"] };
    const { el } = show(model);
    tell(model, research());
    await frame();
    expect(byRole(el, "tab").map(({ dataset }) => dataset.id)).toEqual(["state", "events", "tokens"]);
    expect(panels(el)).toEqual(["State", "Events"]);
    await click(el, "Tokens");
    await frame();
    expect(panels(el)).toContain("Tokens");
  });

  it("has an edge between them that keys move", async () => {
    const { el } = await shown(research());
    const edge = byRole(el, "separator", "Width")[0] as HTMLElement;
    expect(edge.getAttribute("aria-valuenow")).toBe("50");
    press(edge, "ArrowRight");
    await frame();
    expect(edge.getAttribute("aria-valuenow")).toBe("53");
  });
});

describe("the filter of all panels", () => {
  it("narrows the messages by text, the events with it", async () => {
    const { el, model } = await shown(research());
    const before = cards(el).length;
    button(el, "Filter").click();
    await frame();
    type(byRole(el, "search")[0]?.querySelector("input[type=search]") ?? null, "mud");
    await frame(400);
    expect(cards(el).length).toBeLessThan(before);
    expect(text(cards(el)[0])).toContain("mud");
    expect(text(button(el, "Filtered"))).toBe("Filtered");
    await open(el, "Events");
    expect(asked(model, "events").at(-1)).toMatchObject({ text: "mud" });
    button(el, "Clear").click();
    await frame();
    expect(asked(model, "events").at(-1)).not.toHaveProperty("text");
  });

  it("finds a text also in what was too big to be pushed", async () => {
    const script = research();
    const [first, second] = script.tables.tasks as [TaskRow, TaskRow];
    const model = modelOf(script);
    const answer = model.kernel;
    model.kernel = (sent) => {
      if (sent.method !== "search") return answer?.(sent);
      const found = (sent.params as { text: string }).text === "needle";
      model.receive({ type: "reply", id: sent.id, result: found ? { tasks: [second.task_id] } : {} });
    };
    const { el } = show(model);
    model.receive(script.snapshot());
    await frame();
    const timeline = await open(el, "Timeline");
    expect(byRole(timeline, "group", first.node ?? "")).not.toHaveLength(0);
    press(tab(el, "Timeline"), "/");
    await frame();
    type(el.querySelector(".lgj-search input"), "needle");
    await frame(400);
    expect(byRole(timeline, "option").map((bar) => bar.dataset.task)).toEqual([second.task_id]);
    type(el.querySelector(".lgj-search input"), "other needle");
    await frame(400);
    expect(byRole(timeline, "option")).toHaveLength(0);
  });

  it("says that big values are searched in part where there is no kernel", async () => {
    const { el, model } = await shown(research());
    press(tab(el, "Tokens"), "/");
    await frame();
    type(el.querySelector(".lgj-search input"), "mud");
    await frame(400);
    expect(text(byRole(el, "search")[0])).not.toContain("the beginning is searched");
    model.emit("comm:close");
    await frame();
    expect(text(byRole(el, "search")[0])).toContain("the beginning is searched");
  });

  it("begins as the run was asked to show, in sight", async () => {
    const script = research();
    script.summary = { ...script.summary, filter: { tags: [], nodes: ["write"] } };
    const model = modelOf(script);
    const { el } = show(model);
    tell(model, script);
    await frame();
    expect(byRole(el, "search", "Filter all panels")).toHaveLength(1);
    expect(cards(el)).toHaveLength(1);
    expect(text(el)).toContain("Node: write");
  });

  it("says when nothing passes, and how to see all", async () => {
    const { el } = await shown(research());
    press(tab(el, "Tokens"), "/");
    await frame();
    type(el.querySelector(".lgj-search input"), "no such thing");
    await frame(400);
    expect(text(byRole(el, "tabpanel")[0])).toContain("No message passes the filter.");
    button(byRole(el, "tabpanel")[0] as Element, "Clear the filter").click();
    await frame();
    expect(cards(el).length).toBeGreaterThan(3);
  });
});

describe("a selection", () => {
  it("of an event's task is what the other panels show, until Escape", async () => {
    const { el, model } = await shown(research());
    const events = await open(el, "Events");
    byRole(events, "row")
      .find((row) => text(row).includes("write"))
      ?.click();
    await frame();
    button(events, "task").click();
    await frame();
    expect(text(byRole(el, "status", "Selection")[0])).toContain("task write");
    expect(asked(model, "events").at(-1)).not.toHaveProperty("tasks");

    await open(el, "Tokens");
    expect(cards(el)).toHaveLength(1);
    expect(text(await open(el, "Custom"))).toContain("No custom data within task write");
    await open(el, "Tokens");
    button(el, "Show all").click();
    await frame();
    expect(cards(el).length).toBeGreaterThan(3);
    expect(el.querySelectorAll("article.lgj-marked")).toHaveLength(1);

    press(tab(el, "Tokens"), "Escape");
    await frame();
    expect(byRole(el, "status", "Selection")).toHaveLength(0);
    expect(el.querySelectorAll("article.lgj-marked")).toHaveLength(0);
  });
});

describe("the views of a run in several cells", () => {
  const viewOf = (key: string) => {
    const script = research();
    script.summary = { ...script.summary, key };
    const view = show(modelOf(script));
    tell(view.model, script);
    return view;
  };

  it("share what is selected and the filter, those of another run do not", async () => {
    const [one, same, other] = [viewOf("run-1"), viewOf("run-1"), viewOf("run-2")];
    await frame();
    const all = cards(same.el).length;
    const events = await open(one.el, "Events");
    byRole(events, "row")
      .find((row) => text(row).includes("write"))
      ?.click();
    await frame();
    button(events, "task").click();
    await frame();
    expect(text(byRole(same.el, "status", "Selection")[0])).toContain("task write");
    expect(cards(same.el)).toHaveLength(1);
    expect(cards(other.el)).toHaveLength(all);

    press(tab(same.el, "Tokens"), "Escape");
    press(tab(same.el, "Tokens"), "/");
    await frame();
    type(same.el.querySelector(".lgj-search input"), "mud");
    await frame(400);
    expect(text(button(one.el, "Filtered"))).toBe("Filtered");
    expect(asked(one.model, "events").at(-1)).toMatchObject({ text: "mud" });
    expect(byRole(other.el, "search")).toHaveLength(0);
  });

  it("begin anew when all of them are gone", async () => {
    const [view, other] = [viewOf("run-3"), viewOf("run-3")];
    await frame();
    press(tab(view.el, "Tokens"), "/");
    await frame();
    type(view.el.querySelector(".lgj-search input"), "mud");
    await frame(400);
    view.remove();
    localStorage.clear(); // where it is kept that the filter was in sight
    const third = viewOf("run-3");
    await frame();
    expect(text(button(third.el, "Filtered"))).toBe("Filtered");
    third.remove();
    other.remove();
    const again = viewOf("run-3");
    await frame();
    expect(button(again.el, "Filtered")).toBeUndefined();
  });
});

describe("a step selected in another panel", () => {
  it("is where the state's steps are stepped through from", async () => {
    const { el } = await shown(research());
    const events = await open(el, "Events");
    byRole(events, "row").at(-1)?.click();
    await frame();
    button(events, "step 3").click();
    await frame();
    const state = await open(el, "State");
    const current = () => state.querySelector("section[aria-current=step]")?.getAttribute("aria-label");
    expect(current()).toBe("Step 3");
    press(byRole(state, "list")[0], "ArrowLeft");
    await frame();
    expect(current()).toBe("Step 3 of researcher");
  });
});

describe("what does not come", () => {
  it("is explained in the place of an empty panel, and above one that is not", async () => {
    const { el } = await shown(silent());
    expect(text(await open(el, "Tokens"))).toBe(
      "The mode messages was not asked for, so no messages are streamed. Add it: modes=['updates', 'messages'].",
    );
    const state = await open(el, "State");
    expect(text(byRole(state, "note", "Why")[0])).toContain("Only updates were asked for");
    expect(text(state)).toContain("written");
    expect(text(byRole(await open(el, "Events"), "note", "Why")[0])).toBe("");
  });
});

describe("a message's content beside its text", () => {
  it("is shown as what it is, and never loaded from elsewhere", async () => {
    const { el } = await shown(gallery());
    byRole(el, "list", "Messages")[0]?.scrollTo({ top: 0 });
    await frame();
    const images = [...el.querySelectorAll("img")];
    expect(images.map((image) => image.getAttribute("alt"))).toEqual(["beach · image/png · 419\u00a0B"]);
    expect(images[0]?.getAttribute("src")).toMatch(/^data:image\/png;base64,/);
    expect(text(el)).toContain("https://example.org/not-loaded.png");
    expect(text(el)).toContain("notes.pdf · application/pdf · 419 B");
  });

  it("is fetched when it is too big to have been pushed", async () => {
    const script = gallery();
    const model = modelOf(script);
    const answer = model.kernel;
    model.kernel = (sent) => {
      if (sent.method !== "value") return answer?.(sent);
      const result = [{ type: "image", base64: "iVBORw0KGgo=", mime_type: "image/png" }];
      model.receive({ type: "reply", id: sent.id, result });
    };
    for (const row of script.tables.messages) {
      if (row.blocks) row.blocks = { $big: 90_000, preview: "[{" };
    }
    const { el } = show(model);
    model.receive(script.snapshot());
    await frame();
    expect(asked(model, "value")).toMatchObject([{ table: "messages", column: "blocks" }]);
    await frame();
    expect(el.querySelectorAll("img")).toHaveLength(1);
  });
});
