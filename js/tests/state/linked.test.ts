import { describe, expect, it } from "vitest";
import { NO_FILTER } from "../../src/state/filter";
import { LinkedRuns } from "../../src/state/linked";
import { makeSharedState } from "../../src/state/sharedState";

function two() {
  const linked = new LinkedRuns();
  const [a, b] = [makeSharedState("a"), makeSharedState("b")];
  const leave = linked.addRun(a);
  linked.addRun(b);
  return { linked, a, b, leave };
}

describe("views of two runs side by side", () => {
  it("are narrowed alike, but for subgraphs, which are known by a run's own ids", () => {
    const { a, b } = two();
    b.filter.set({ ...NO_FILTER, namespaces: ["tools:b1"] });
    a.filter.set({ ...NO_FILTER, namespaces: ["tools:a1"], nodes: ["write"], text: "tide" });
    expect(b.filter.get()).toEqual({
      ...NO_FILTER,
      namespaces: ["tools:b1"],
      nodes: ["write"],
      text: "tide",
    });
    b.filter.clear();
    expect(a.filter.get()).toEqual({ ...NO_FILTER, namespaces: ["tools:a1"] });
  });

  it("select the same step and node, and of tasks each its own", () => {
    const { a, b } = two();
    a.selection.set({ kind: "step", id: 2 });
    expect(b.selection.get()).toEqual({ kind: "step", id: 2 });
    a.selection.set({ kind: "task", id: "a1" });
    expect(b.selection.get()).toEqual({ kind: "step", id: 2 });
    b.selection.set(null);
    expect(a.selection.get()).toBeNull();
  });

  it("show the same panels, and nothing of one that left", () => {
    const { linked, a, b, leave } = two();
    const seen: unknown[] = [];
    linked.subscribe(() => seen.push(linked.panels));
    linked.panels = { left: "state", right: "graph" };
    expect(seen).toEqual([{ left: "state", right: "graph" }]);
    leave();
    a.selection.set({ kind: "step", id: 2 });
    expect(b.selection.get()).toBeNull();
  });
});
