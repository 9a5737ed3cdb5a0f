import { describe, expect, it } from "vitest";
import { Store } from "../../src/core/store";
import { selectedBreakpoint, breakpointAt } from "../../src/steer/breakpointPath";
import { task } from "../builders";

describe("a breakpoint", () => {
  it("can be at each node of the graph", () => {
    expect(breakpointAt("write", [])).toBe("write");
  });

  it("can be in a subgraph of which the kernel says so", () => {
    expect(breakpointAt("team:review:mark", ["team", "team/review"])).toBe("team/review/mark");
    expect(breakpointAt("team:review", ["team"])).toBe("team/review");
    expect(breakpointAt("team:review:mark", ["team"])).toBeNull();
  });

  it("is that of a selected node or of a selected task's", () => {
    const { tables } = new Store();
    tables.tasks.upsert(task("t", { node: "mark", namespace: "team:1|review:2" }));
    const holders = ["team", "team/review"];
    expect(selectedBreakpoint({ kind: "node", id: "team:draft" }, { tables }, holders)).toBe("team/draft");
    expect(selectedBreakpoint({ kind: "task", id: "t" }, { tables }, holders)).toBe("team/review/mark");
    expect(selectedBreakpoint({ kind: "task", id: "gone" }, { tables }, holders)).toBeNull();
    expect(selectedBreakpoint({ kind: "message", id: "m" }, { tables }, holders)).toBeNull();
    expect(selectedBreakpoint(null, { tables }, holders)).toBeNull();
  });
});
