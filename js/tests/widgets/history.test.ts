// The table of a history on a page without Jupyter, by role and text: what it asks the kernel for, and shows.

import { describe, expect, it, vi } from "vitest";
import { hostOf } from "../../fixtures/host";
import { FakeModel } from "../../fixtures/model";
import { begin } from "../../src/widgets/history";
import { formatDateAndTime } from "../../src/core/format";
import type { KeptRow } from "../../src/widgets/history/rows";
import { button, byRole, drawn, eachOnItsOwn, frame, text } from "../page";

eachOnItsOwn();

function row(id: string, fields: Partial<KeptRow> = {}): KeptRow {
  return {
    id,
    name: "jokes",
    status: "success",
    title: `topic ${id}`,
    started: 1_700_000_000,
    latency: 1.5,
    input_tokens: 5,
    output_tokens: 70,
    cost: null,
    unpriced_calls: null,
    error: null,
    last_words: "ha",
    pinned: false,
    ...fields,
  };
}

const summary = (fields: object = {}) => ({
  status: "success",
  target: "~/agents/.lg_jupyter",
  source: "history",
  stop: { available: false, hint: null },
  record: null,
  changes: 0,
  opened: [],
  ...fields,
});

type Call = { type: string; id: string; method: string; params: Record<string, unknown> };

async function shown(rows: readonly KeptRow[], fields: object = {}) {
  const model = new FakeModel({ _protocol: 1, _summary: summary(fields) });
  const counts: Record<string, number> = {};
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
  model.kernel = (message) => {
    const { type, id, method, params } = message as unknown as Call;
    if (type === "snapshot") model.receive({ type: "snapshot", n: 1, elapsed: null });
    if (type !== "call") return;
    const fitting = rows.filter(({ status }) => !params.status || params.status === status);
    const result = method === "find" ? { rows: fitting, total: fitting.length, counts } : true;
    setTimeout(() => model.receive({ type: "reply", id, result }), 1);
  };
  const el = document.createElement("div");
  document.body.append(el);
  begin(hostOf(model)).render({ model, el });
  await vi.waitFor(() => expect(text(el)).not.toContain("Loading"));
  await frame();
  return { model, el };
}

const asked = (model: FakeModel, method: string) =>
  (model.sent as unknown as Call[]).filter((sent) => sent.method === method).map(({ params }) => params);
const box = (el: Element, index: number) =>
  el.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')[index] as HTMLInputElement;

describe("the table of a history", () => {
  it("shows what the kernel finds, and where it is kept", async () => {
    const { el } = await shown([
      row("a", { pinned: true }),
      row("b", { status: "error", error: "no such city" }),
    ]);
    const lines = byRole(el, "row").slice(1).map(text);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("Pinned");
    expect(lines[1]).toContain("no such city");
    expect(text(el)).toContain("~/agents/.lg_jupyter");
    expect(text(el)).toContain("2 runs");
  });

  it("says when nothing is kept", async () => {
    const { el } = await shown([]);
    expect(text(el)).toContain("No run is kept here yet.");
  });

  it("asks the kernel for what is searched and for one status", async () => {
    const { el, model } = await shown([row("a"), row("b", { status: "error" })]);
    const field = el.querySelector<HTMLInputElement>(".lgj-search input") as HTMLInputElement;
    field.value = "Dogs";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await vi.waitFor(() => expect(asked(model, "find").at(-1)).toEqual({ text: "Dogs" }));
    button(el, "Error 1").click();
    await vi.waitFor(() => expect(asked(model, "find").at(-1)).toEqual({ text: "Dogs", status: "error" }));
    await vi.waitFor(() => expect(byRole(el, "row")).toHaveLength(2));
  });

  it("looks again when the kernel says that there are other runs", async () => {
    const { model } = await shown([row("a")]);
    const before = asked(model, "find").length;
    model.traits._summary = summary({ changes: 1 });
    model.emit("change:_summary");
    await vi.waitFor(() => expect(asked(model, "find").length).toBe(before + 1));
  });

  it("opens a run, and two side by side", async () => {
    const { el, model } = await shown([row("a"), row("b")]);
    (byRole(el, "row")[1] as HTMLElement).click();
    expect(asked(model, "show")).toEqual([{ ids: ["a"] }]);
    box(el, 0).click();
    await frame();
    expect(button(el, "Compare").disabled).toBe(true);
    box(el, 1).click();
    await frame();
    button(el, "Compare").click();
    expect(asked(model, "show").at(-1)).toEqual({ ids: ["a", "b"] });
  });

  it("closes what is open", async () => {
    const { el, model } = await shown([row("a")], { opened: ["a"] });
    button(el, "Close it").click();
    expect(asked(model, "show")).toEqual([{ ids: [] }]);
  });

  it("pins, and deletes after it was asked once more", async () => {
    const { el, model } = await shown([row("a"), row("b")]);
    box(el, 1).click();
    await frame();
    button(el, "Pin").click();
    expect(asked(model, "pin")).toEqual([{ ids: ["b"], pinned: true }]);
    button(el, "Delete").click();
    await frame();
    expect(asked(model, "delete")).toEqual([]);
    button(el, "Delete 1 run for good").click();
    expect(asked(model, "delete")).toEqual([{ ids: ["b"] }]);
  });

  it("asks anew about other runs, from the moment that they are chosen", async () => {
    const { el, model } = await shown([row("a"), row("b")]);
    box(el, 1).click();
    await frame();
    button(el, "Delete").click();
    await frame();
    box(el, 0).click();
    await drawn();
    expect(button(el, "for good")).toBeUndefined();
    button(el, "Delete").click();
    await drawn();
    button(el, "Delete 2 runs for good").click();
    expect(asked(model, "delete")).toEqual([{ ids: ["a", "b"] }]);
  });
});

it("tells the day of what was not today", () => {
  const then = new Date(2026, 10, 28, 9, 5, 7);
  expect(formatDateAndTime(then.getTime() / 1000, new Date(2026, 10, 28, 23, 0))).toBe("09:05:07");
  expect(formatDateAndTime(then.getTime() / 1000, new Date(2026, 10, 29, 1, 0))).toBe("2026-11-28 09:05");
});
