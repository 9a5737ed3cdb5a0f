// The frame of the widget on a page without Jupyter: tabs, keys, height, what it leaves behind.

import { describe, expect, it, vi } from "vitest";
import { modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import { button, byRole, drawn, eachOnItsOwn, frame, press, show, shown, tab, tell, text } from "../page";

eachOnItsOwn();

describe("the frame", () => {
  it("has one tab stop among its tabs, and arrows between them", async () => {
    const { el } = await shown(research());
    const stops = byRole(el, "tab").filter((each) => each.tabIndex === 0);
    expect(stops.map(text)).toEqual(["Tokens12"]);
    stops[0]?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    await frame();
    expect(tab(el, "State").getAttribute("aria-selected")).toBe("true");
    expect(byRole(el, "tabpanel", "State")).toHaveLength(1);
  });

  describe("and the notebook's keys", () => {
    const passes = (on: Element, key: string, fields: KeyboardEventInit = {}) => {
      const heard = vi.fn();
      document.body.addEventListener("keydown", heard);
      on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...fields }));
      document.body.removeEventListener("keydown", heard);
      return heard.mock.calls.length > 0;
    };
    const suppresses = (el: Element) => el.querySelector("[data-lm-suppress-shortcuts]") !== null;

    it("keeps bare ones to itself", async () => {
      const { el } = await shown(research());
      expect(passes(tab(el, "Tokens"), "d")).toBe(false);
      expect(suppresses(el)).toBe(true);
    });

    it("lets Control go through from a button, until it is let go", async () => {
      const { el } = await shown(research());
      expect(passes(tab(el, "Tokens"), "Control", { ctrlKey: true })).toBe(true);
      expect(suppresses(el)).toBe(false);
      tab(el, "Tokens").dispatchEvent(new KeyboardEvent("keyup", { key: "Control", bubbles: true }));
      expect(suppresses(el)).toBe(true);
    });

    it("does not let Control go through from a field", async () => {
      const { el } = await shown(research());
      button(el, "Filter").click();
      await frame();
      passes(el.querySelector("input[type=search]") as HTMLElement, "Control", { ctrlKey: true });
      expect(suppresses(el)).toBe(true);
    });
  });

  it("has a height of its own, which is remembered", async () => {
    const { el, another } = await shown(research());
    const height = (view: Element) => (view.querySelector(".lgj-root") as HTMLElement).style.height;
    expect(height(el)).toBe("440px");
    byRole(el, "separator")[0]?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }),
    );
    await frame();
    expect(height(el)).toBe("464px");
    expect(height(another())).toBe("464px");
  });

  it("tells by ? what keys do and what marks mean, until Escape", async () => {
    const { el } = await shown(research());
    tab(el, "Tokens").focus();
    press(tab(el, "Tokens"), "?");
    await frame();
    const help = byRole(el, "dialog", "Keys and marks")[0];
    expect(text(help)).toContain("goes to the filter");
    expect(text(help)).toContain("the first token");
    press(document.activeElement, "Escape");
    await frame();
    expect(byRole(el, "dialog")).toHaveLength(0);
    expect(document.activeElement).toBe(tab(el, "Tokens"));
    press(tab(el, "Tokens"), "?");
    await drawn(); // it has the next key, before a frame is drawn
    press(document.activeElement, "Escape");
    await drawn();
    expect(byRole(el, "dialog")).toHaveLength(0);
  });

  it("is stopped by a click that comes as soon as the run goes on again", async () => {
    const { el, model } = await shown(research({ ends: "interrupted" }));
    expect(button(el, "Stop")).toBeUndefined();
    model.kernel = () => undefined;
    model.receive({ type: "delta", n: 10_000, elapsed: 9, summary: { status: "running" }, counts: {} });
    while (!button(el, "Stop")) await frame(1);
    button(el, "Stop").click();
    await frame(200);
    expect(button(el, "Stopping").disabled).toBe(true);
  });

  it("lets each text have the direction of its own script", async () => {
    const { el } = await shown(research());
    const texts = [...el.querySelectorAll(".lgj-block, .lgj-markdown > p")];
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter((each) => each.getAttribute("dir") !== "auto")).toEqual([]);
  });

  it("can show one panel alone", async () => {
    const script = research();
    const model = modelOf(script);
    model.traits._panel = "state";
    const { el } = show(model);
    tell(model, script);
    await frame();
    expect(byRole(el, "tablist")).toHaveLength(0);
    expect(byRole(el, "tabpanel", "State")).toHaveLength(1);
  });

  it("hides the run's record while it has something to show", async () => {
    const script = research();
    const model = modelOf(script);
    model.traits._summary = { ...(model.traits._summary as object), record: "lgj-record-1" };
    const { el } = show(model);
    await frame();
    expect(el.querySelector("style")).toBeNull();
    tell(model, script);
    await frame();
    expect(text(el.querySelector("style"))).toBe(".lgj-record-1 { display: none }");
  });

  it("leaves nothing behind", async () => {
    const view = await shown(research(), 4);
    const second = view.another();
    await frame();
    view.remove();
    expect(view.model.listenerCount).toBe(0);
    expect(view.el.childNodes).toHaveLength(0);
    expect(second.childNodes).toHaveLength(0);
    view.model.receive({ type: "delta", n: 999 });
    await frame();
    expect(vi.getTimerCount()).toBe(0);
    expect(view.el.childNodes).toHaveLength(0);
  });
});
