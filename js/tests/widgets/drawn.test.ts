// The panels that draw, on a page without Jupyter: what a person finds there, by role and text.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hostOf } from "../../fixtures/host";
import { type FakeModel, modelOf } from "../../fixtures/model";
import { trip } from "../../fixtures/recorded";
import { review } from "../../fixtures/review";
import { Script } from "../../fixtures/script";
import { huge, research } from "../../fixtures/stories";
import { begin } from "../../src/widgets/run/index";

const removals: (() => void)[] = [];
const frame = (milliseconds = 60) => vi.advanceTimersByTimeAsync(milliseconds);

/** Shows one panel of a story, told until a moment. */
async function panel(
  id: string,
  story: Parameters<typeof modelOf>[0],
  until = Number.POSITIVE_INFINITY,
  model: FakeModel = modelOf(story),
): Promise<{ el: HTMLElement; model: FakeModel }> {
  model.traits._panel = id;
  const { render, close } = begin(hostOf(model));
  const el = document.createElement("div");
  document.body.append(el);
  const unmount = render({ model, el });
  removals.push(() => {
    unmount();
    close();
    el.remove();
  });
  for (const { at, message } of story.frames) if (at <= until) model.receive(message);
  await frame();
  return { el, model };
}

const text = (el: Element | null | undefined) => (el?.textContent ?? "").replaceAll("\u00a0", " ");
const byRole = (el: Element, role: string): HTMLElement[] => [
  ...el.querySelectorAll<HTMLElement>(`[role=${role}]`),
];
const label = (el: Element | null | undefined) =>
  (el?.getAttribute("aria-label") ?? "").replaceAll("\u00a0", " ");
const labels = (el: Element, role: string) => byRole(el, role).map(label);
const button = (el: Element, name: string) =>
  [...el.querySelectorAll("button")].find((each) =>
    (label(each) || text(each)).includes(name),
  ) as HTMLButtonElement;
const press = async (on: Element | undefined, key: string, fields: KeyboardEventInit = {}) => {
  on?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...fields }));
  await frame();
};

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(async () => {
  for (const remove of removals.splice(0)) remove();
  await frame();
  vi.useRealTimers();
});

describe("the timeline", () => {
  it("says at its end that the run waits, as at a cut", async () => {
    const { el } = await panel("timeline", research({ ends: "interrupted" }));
    expect([...el.querySelectorAll(".lgj-tl-cuts span")].map(text)).toEqual(["waits for 1 answer"]);
    const { el: over } = await panel("timeline", research());
    expect(over.querySelector(".lgj-tl-cuts")).toBeNull();
  });

  it("has a lane for each node, and a bar for each task that says when and how", async () => {
    const { el } = await panel("timeline", research());
    const lanes = labels(byRole(el, "listbox")[0] as HTMLElement, "group");
    expect(lanes.slice(0, 3)).toEqual([
      "plan, 1 task",
      "researcher, 3 tasks",
      "researcher_graph #1 › model, 2 tasks",
    ]);
    expect(labels(el, "option")[0]).toMatch(/^plan, step 1, success, 1\.\d+ s, from \+120 ms$/);
  });

  it.each([
    ["cached", review],
    ["error", () => research({ ends: "error" })],
    ["interrupted", () => research({ ends: "interrupted" })],
    ["cancelled", () => research({ ends: "cancelled" })],
  ] as const)("says %s in words", async (word, story) => {
    const { el } = await panel("timeline", story());
    expect(labels(el, "option").join("\n")).toContain(word);
    expect(byRole(el, "option").map(text).join(" ")).toContain(word);
  });

  it("shows tasks that run, and their time growing", async () => {
    const { el } = await panel("timeline", research(), 1);
    const before = labels(el, "option")[0];
    expect(before).toContain("running");
    await frame(2_000);
    expect(labels(el, "option")[0]).not.toBe(before);
  });

  it("goes from bar to bar by arrows, and opens one by Enter", async () => {
    const { el } = await panel("timeline", research({ ends: "error" }));
    const list = byRole(el, "listbox")[0];
    await press(list, "ArrowDown");
    await press(list, "ArrowDown");
    const active = list?.getAttribute("aria-activedescendant");
    expect(label(document.getElementById(active ?? ""))).toContain("researcher");
    await press(list, "ArrowRight");
    await press(list, "ArrowRight");
    await press(list, "Enter");
    const details = el.querySelector("section[aria-label='Task researcher']");
    expect(text(details)).toContain("ConnectionError: search backend closed the connection");
    expect(text(details)).toContain("input");
    await press(list, "Enter");
    expect(el.querySelector("section[aria-label='Task researcher']")).toBeNull();
  });

  it("zooms by keys, and shows all again", async () => {
    const { el } = await panel("timeline", research());
    const list = byRole(el, "listbox")[0];
    const width = () => Number.parseFloat(byRole(el, "option")[0]?.style.width ?? "0");
    const before = width();
    await press(list, "ArrowDown");
    await press(list, "+");
    expect(width()).toBeGreaterThan(before * 1.3);
    await press(list, "0");
    expect(width()).toBeCloseTo(before);
  });

  it("tells what the time was spent on", async () => {
    const { el } = await panel("timeline", research());
    button(el, "Critical path").click();
    await frame();
    expect(text(byRole(el, "status").at(-1))).toMatch(
      /critical path: .* scripted-1, answering · plan 1\.\d+ s → researcher_graph › model .* → write .*; \d+ ms between steps/,
    );
  });

  it("draws no more of a huge run than is to be seen", async () => {
    const { el } = await panel("timeline", huge());
    expect(byRole(el, "option").length).toBeLessThan(1_500);
    expect(text(el)).toContain("×600");
    const list = byRole(el, "listbox")[0];
    expect(label(list)).toContain("2,101");
  });

  it("says so where there is nothing", async () => {
    expect(text((await panel("timeline", new Script("quiet"))).el)).toContain("No task has started yet.");
  });
});

describe("the tree of subgraphs", () => {
  it("folds visits, says how they went, and opens them", async () => {
    const { el } = await panel("subgraphs", review());
    const rows = () => byRole(el, "row").slice(1);
    expect(rows().map((row) => row.getAttribute("aria-level"))).toEqual(["1", "2", "2"]);
    expect(text(rows()[1])).toContain("look_up_graph×12");
    expect(text(rows()[1])).toContain("1 error");
    expect(text(rows()[1])).toContain("look_up");
    const tree = byRole(el, "treegrid")[0];
    await press(tree, "ArrowDown");
    await press(tree, "ArrowDown");
    await press(tree, "ArrowRight");
    expect(rows()).toHaveLength(15);
    expect(rows()[1]?.getAttribute("aria-expanded")).toBe("true");
    expect(text(rows()[2])).toContain("look_up_graph #1");
    await press(tree, "End");
    expect(document.getElementById(tree?.getAttribute("aria-activedescendant") ?? "")).toBe(rows().at(-1));
    await press(tree, "Home");
    await press(tree, "ArrowLeft");
    expect(rows()).toHaveLength(1);
  });

  it("draws no more of many than is to be seen", async () => {
    const { el } = await panel("subgraphs", huge());
    const tree = byRole(el, "treegrid")[0];
    await press(tree, "ArrowDown");
    await press(tree, "ArrowDown");
    await press(tree, "ArrowRight");
    expect(tree?.getAttribute("aria-rowcount")).toBe("303");
    expect(byRole(el, "row").length).toBeLessThan(60);
  });
});

describe("the graph", () => {
  const nodes = (el: Element) => [...el.querySelectorAll<HTMLElement>("[data-node]")].map(label);

  it("is asked for once, and says where the run has been", async () => {
    const { el, model } = await panel("graph", trip);
    expect(nodes(el)).toEqual([
      "write, success, 1 task, 2.63 s",
      "budget, success, 1 task, 569 ms",
      "publish, success, 1 task, 3 ms",
      "research, subgraph, success, 1 task, 1.78 s",
      "think, success, 3 tasks, 1.16 s",
      "tools, success, 2 tasks, 616 ms",
    ]);
    expect(model.sent.filter(({ method }) => method === "graph")).toHaveLength(1);
  });

  it("says what runs and what has not", async () => {
    const { el } = await panel("graph", research(), 1);
    expect(nodes(el)[0]).toMatch(/^plan, running, 1 task, /);
    expect(nodes(el)[1]).toBe("researcher, subgraph, has not run");
  });

  it("closes and opens subgraphs", async () => {
    const { el } = await panel("graph", trip);
    button(el, "Close research").click();
    await frame();
    expect(nodes(el)).toHaveLength(4);
    button(el, "Open subgraphs").click();
    await frame();
    expect(nodes(el)).toHaveLength(6);
  });

  it("goes from node to node by arrows, and marks the one chosen", async () => {
    const { el } = await panel("graph", trip);
    const [write] = [...el.querySelectorAll<HTMLElement>("[data-node='write']")];
    write?.focus();
    await press(write, "ArrowRight");
    expect(document.activeElement?.getAttribute("data-node")).toBe("publish");
    (document.activeElement as HTMLElement).click();
    await frame();
    expect(document.activeElement?.getAttribute("aria-pressed")).toBe("true");
  });

  it("says that it asks for the drawing, and waits for a kernel that is busy with its cell", async () => {
    const model = modelOf(trip);
    const answer = model.kernel;
    const asked: Parameters<NonNullable<typeof answer>>[0][] = [];
    model.kernel = (sent) => (sent.method === "graph" ? asked.push(sent) : answer?.(sent));
    model.traits._summary = {
      ...(model.traits._summary as object),
      status: "running",
      stop: { available: false, hint: "use ■" },
    };
    const { el } = await panel("graph", trip, 0, model);
    expect(text(byRole(el, "status")[0])).toContain("Asking for the graph’s drawing…");
    expect(text(el)).toContain("The kernel answers once the cell has ended.");
    for (const sent of asked) answer?.(sent);
    await frame();
    expect(text(el)).not.toContain("Asking");
    expect(byRole(el, "group").map(label).join()).toContain("Graph of");
  });

  it("says why it cannot be drawn, and asks again when told to", async () => {
    const { el, model } = await panel("graph", new Script("quiet"));
    expect(text(byRole(el, "alert")[0])).toContain("This graph draws nothing: quiet has no get_graph()");
    button(el, "Ask again").click();
    expect(model.sent.filter(({ method }) => method === "graph")).toHaveLength(2);
    await frame();
  });
});

describe("custom data", () => {
  it("is bars, lines and trees by node", async () => {
    const { el } = await panel("custom", review());
    expect(text(byRole(el, "heading")[0])).toContain("research ›search12 visits · 48 values");
    const [bar] = byRole(el, "progressbar");
    expect([label(bar), bar?.getAttribute("aria-valuenow"), bar?.getAttribute("aria-valuemax")]).toEqual([
      "tides",
      "4",
      "4",
    ]);
    expect(labels(el, "img").find((each) => each.startsWith("loss"))).toMatch(
      /^loss: 0\.\d+ last, .* 40 values$/,
    );
    button(el, "collected").click();
    await frame();
    expect(text(el)).toContain("coast.csv");
  });

  it("no longer show a bar at work whose node has ended", async () => {
    const story = review();
    const ofBar = (el: Element) =>
      [...el.querySelectorAll(".lgj-progress i")].map(({ className }) => className);
    for (const { message } of story.frames) {
      const { rows } = message as { rows?: { custom?: { data: unknown }[] } };
      for (const row of rows?.custom ?? []) row.data = { progress: 0.95 };
    }
    const { el } = await panel("custom", story);
    expect(new Set(ofBar(el))).toEqual(new Set(["lgj-progress-over"]));
  });
});
