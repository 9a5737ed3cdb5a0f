import { describe, expect, it } from "vitest";
import { Store } from "../../src/core/store";
import { selectedStop, stopAt } from "../../src/steer/nodePath";
import { task } from "../builders";

describe("a breakpoint", () => {
  it("can be at each node of the graph", () => {
    expect(stopAt("write", [])).toBe("write");
  });

  it("can be in a subgraph of which the kernel says so", () => {
    expect(stopAt("team:review:mark", ["team", "team/review"])).toBe("team/review/mark");
    expect(stopAt("team:review", ["team"])).toBe("team/review");
    expect(stopAt("team:review:mark", ["team"])).toBeNull();
  });

  it("is that of a selected node or of a selected task's", () => {
    const { tables } = new Store();
    tables.tasks.upsert(task("t", { node: "mark", namespace: "team:1|review:2" }));
    const holders = ["team", "team/review"];
    expect(selectedStop({ kind: "node", id: "team:draft" }, { tables }, holders)).toBe("team/draft");
    expect(selectedStop({ kind: "task", id: "t" }, { tables }, holders)).toBe("team/review/mark");
    expect(selectedStop({ kind: "task", id: "gone" }, { tables }, holders)).toBeNull();
    expect(selectedStop({ kind: "message", id: "m" }, { tables }, holders)).toBeNull();
    expect(selectedStop(null, { tables }, holders)).toBeNull();
  });
});
