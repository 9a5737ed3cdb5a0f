// Two saved runs of a page, side by side where the first one stood.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { load } from "../../fixtures/host";
import recorded from "../../fixtures/saved.json";
import type { SavedViews } from "../../src/core/offline/data";
import { show } from "../../src/offline/index";
import * as compare from "../../src/widgets/compare/index";
import * as run from "../../src/widgets/run/index";
import { button, tab, text } from "../page";

const origin = {
  release: "sources",
  load: async (name: string) => (({ run, compare })[name] ?? (await load(name))) as never,
};

const RUNS = ["trip", "talk"].map((name, number) => ({
  key: name,
  name,
  title: `go to ${name}`,
  started: number,
}));

const kept = (about: (typeof RUNS)[number]): SavedViews => ({
  format: 1,
  version: "0.1.0",
  record: "r",
  views: [{ module: "run", data: recorded.view.data, about }],
});

async function shown(others: readonly SavedViews[], from = origin) {
  const el = document.createElement("div");
  document.body.append(el);
  const mine = kept(RUNS[0] as (typeof RUNS)[number]);
  const remove = await show(el, mine, from, { others: () => [mine, ...others] });
  await until(() => expect(text(el)).toContain("Saved run, not connected"));
  return { el, remove };
}

const seen = (el: Element) =>
  [...el.querySelectorAll<HTMLElement>(".lgj-root")].filter(
    (each) => !each.closest<HTMLElement>("[hidden], [style*='display: none']"),
  );
const inSight = (view: Element) => view.querySelector("[role=tabpanel]")?.getAttribute("aria-label");

/** Unpacking takes its own time. */
const until = (holds: () => void) => vi.waitFor(holds, { timeout: 30_000 });

beforeEach(() => localStorage.clear());
afterEach(() => document.body.replaceChildren());

describe("a saved run", () => {
  it("is shown beside another of the page, below what they differ in, and alone again", async () => {
    const { el, remove } = await shown([kept(RUNS[1] as (typeof RUNS)[number])]);
    button(el, "Compare with…").click();
    await until(() => expect(button(el, "talk")).toBeTruthy());
    expect(text(button(el, "talk"))).toContain("go to talk");
    expect(button(el, "go to trip")).toBeUndefined();
    button(el, "talk").click();
    await until(() => expect(seen(el).map(inSight)).toHaveLength(3));
    const [differences, left, right] = seen(el) as [HTMLElement, HTMLElement, HTMLElement];
    await until(() => expect(text(differences)).toContain("Both runs ended in the same state"));
    expect(text(differences)).toContain("go to trip");
    expect(text(differences)).toContain("go to talk");
    expect([left, right].map(inSight)).toEqual(["State", "State"]);
    tab(left, "Timeline").click();
    await until(() => expect(inSight(right)).toBe("Timeline"));
    button(differences, "Compare with…").click();
    await until(() => expect(button(differences, "talk")).toBeTruthy());
    button(differences, "Close").click();
    await until(() => expect(seen(el)).toHaveLength(1));
    remove();
    expect(el.textContent).toBe("");
  });

  it("is shown beside it where what they differ in cannot be", async () => {
    const from = {
      ...origin,
      load: async (name: string) => {
        if (name === "compare") throw new Error("It was not found.");
        return origin.load(name);
      },
    };
    const { el, remove } = await shown([kept(RUNS[1] as (typeof RUNS)[number])], from);
    button(el, "Compare with…").click();
    await until(() => expect(button(el, "talk")).toBeTruthy());
    button(el, "talk").click();
    await until(() => expect(seen(el)).toHaveLength(2));
    expect(text(el)).toContain("It was not found.");
    button(seen(el)[0] as HTMLElement, "Close").click();
    await until(() => expect(seen(el)).toHaveLength(1));
    remove();
  });

  it("says that there is no other, nor one of a newer form", async () => {
    const newer = { ...kept(RUNS[1] as (typeof RUNS)[number]), format: 99 };
    const { el, remove } = await shown([newer]);
    button(el, "Compare with…").click();
    await until(() => expect(text(el)).toContain("No other saved run"));
    remove();
  });

  it("has no such menu on a page of its own", async () => {
    const el = document.createElement("div");
    document.body.append(el);
    const remove = await show(el, kept(RUNS[0] as (typeof RUNS)[number]), origin);
    await until(() => expect(text(el)).toContain("Saved run, not connected"));
    expect(button(el, "Compare with…")).toBeUndefined();
    remove();
  });
});
