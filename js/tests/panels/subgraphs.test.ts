import { describe, expect, it } from "vitest";
import type { NamespaceRow } from "../../src/core/schema";
import {
  type GraphBranch,
  elapsedSecondsOf,
  forestOf,
  graphNameOf,
  pruneForest,
  visibleRowsOf,
  tallyText,
} from "../../src/panels/subgraphs/data";

function ns(namespace: string, fields: Partial<NamespaceRow> = {}): NamespaceRow {
  const segments = namespace.split("|");
  return {
    namespace,
    parent: namespace ? segments.slice(0, -1).join("|") : null,
    node: namespace ? (segments.at(-1)?.split(":")[0] ?? null) : null,
    graph_name: null,
    depth: namespace ? segments.length : 0,
    status: "success",
    start_time: 10,
    end_time: 12,
    latency: 2,
    task_count: 1,
    message_count: 0,
    input_tokens: null,
    output_tokens: null,
    title: null,
    tool_call_id: null,
    tool_call: null,
    ...fields,
  };
}

/** "team ×2 [read, write]": names and counts, children in brackets. */
const written = (branches: readonly GraphBranch[]): string =>
  branches
    .map(({ name, count, children }) => {
      const times = count > 1 ? ` ×${count}` : "";
      return `${name}${times}${children.length > 0 ? ` [${written(children)}]` : ""}`;
    })
    .join(", ");

describe("the tree of graphs", () => {
  it("has each graph under the one that ran it, whenever it was seen", () => {
    const rows = [ns(""), ns("a:1"), ns("b:1"), ns("a:1|c:2"), ns("b:1|d:3")];
    expect(written(forestOf(rows))).toBe("root [a [c], b [d]]");
  });

  it("has a graph whose parent was never seen on its own", () => {
    expect(written(forestOf([ns("a:1|b:2"), ns("")]))).toBe("b, root");
  });

  it("folds the visits of one subgraph, of loops and parallel sends alike", () => {
    const rows = [ns(""), ...Array.from({ length: 12 }, (_, nth) => ns(`research:${nth}`)), ns("write:1")];
    const [root] = forestOf(rows);
    expect(root?.children.map(({ name, count }) => [name, count])).toEqual([
      ["research", 12],
      ["write", 1],
    ]);
    expect(root?.children[0]?.children[2]?.name).toBe("research #3");
  });

  it("adds up what is inside, and tells of visits that differ", () => {
    const rows = [
      ns("", { task_count: 2, input_tokens: 5 }),
      ns("a:1", { task_count: 3, input_tokens: 7, start_time: 1, end_time: 4 }),
      ns("a:2", { status: "running", start_time: 2, end_time: null, latency: null }),
      ns("a:3", { status: "error", start_time: 3, end_time: 5 }),
    ];
    const [root] = forestOf(rows);
    const visits = root?.children[0] as GraphBranch;
    expect(root?.sums).toMatchObject({ tasks: 7, input: 12, output: null });
    expect(visits.status).toBe("running");
    expect(tallyText(visits.tally)).toBe("1 done, 1 running, 1 error");
    expect(elapsedSecondsOf(visits, 9)).toBe(8);
  });

  it("never folds graphs of two names, and tells those of one apart by what they were called with", () => {
    const asked = (city: string) => ({
      title: `an expert · "${city}"`,
      tool_call_id: city,
      tool_call: { id: city, name: "task", args: { city } },
    });
    const rows = [
      ns(""),
      ns("tools:1", { graph_name: "paris-expert", ...asked("Paris") }),
      ns("tools:2", { graph_name: "rome-expert", ...asked("Rome") }),
      ns("tools:3", { graph_name: "rome-expert", ...asked("Ostia") }),
    ];
    const [root] = forestOf(rows);
    expect(written(root?.children ?? [])).toBe(
      'an expert · "Paris", rome-expert ×2 [an expert · "Rome", an expert · "Ostia"]',
    );
  });

  it("names the tool call that caused a subgraph", () => {
    const search = { id: "c1", name: "search", args: {} };
    const rows = [
      ns(""),
      ns("tools:1", { tool_call_id: "c1", tool_call: search }),
      ns("other:1", { tool_call_id: "c2", tool_call: { $big: 9_000, preview: "{" } }),
    ];
    expect(forestOf(rows)[0]?.children.map(({ tool }) => tool)).toEqual(["search", "c2"]);
  });

  it.each([
    [ns("a:1", { graph_name: "agent" }), "agent"],
    [ns("a:1"), "a"],
    [ns(""), "root"],
  ])("calls %# by its graph, or its node", (row, name) => {
    expect(graphNameOf(row)).toBe(name);
  });
});

describe("its rows", () => {
  const rows = [ns(""), ns("a:1"), ns("a:2"), ns("a:2|x:1"), ns("b:1")];
  const forest = forestOf(rows);

  it("leave out what is inside of a closed branch", () => {
    const closed = visibleRowsOf(forest, ({ row }) => row !== null);
    expect(closed.map(({ branch }) => branch.name)).toEqual(["root", "a", "b"]);
    const open = visibleRowsOf(forest, () => true);
    expect(open.map(({ branch }) => branch.name)).toEqual(["root", "a", "a #1", "a #2", "x", "b"]);
    expect(open.map(({ branch }) => branch.level)).toEqual([1, 2, 3, 3, 4, 2]);
    expect(open[3]).toMatchObject({ position: 2, siblings: 2, guides: [false, true] });
  });

  it("that pass the filter keep those around them", () => {
    const left = pruneForest(forest, (row) => row.namespace === "a:2|x:1");
    expect(visibleRowsOf(left, () => true).map(({ branch }) => branch.name)).toEqual([
      "root",
      "a",
      "a #2",
      "x",
    ]);
  });

  it("are quick for many", () => {
    const many = [ns(""), ...Array.from({ length: 300 }, (_, nth) => ns(`w:${nth}`))];
    expect(visibleRowsOf(forestOf(many), () => true)).toHaveLength(302);
  });
});
