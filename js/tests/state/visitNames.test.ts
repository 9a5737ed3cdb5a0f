import { describe, expect, it } from "vitest";
import type { NamespaceRow } from "../../src/core/schema";
import { VisitNames } from "../../src/state/visitNames";

const visits = (...namespaces: string[]) =>
  new VisitNames(namespaces.map((namespace) => ({ namespace }) as NamespaceRow));

describe("the path of a namespace", () => {
  it("tells visits of one subgraph apart, by the order in which they appeared", () => {
    const known = visits("", "team:b", "team:a", "write:c", "team:a|tools:d");
    expect(known.numberedPath("")).toEqual([]);
    expect(known.numberedPath("team:b")).toEqual(["team #1"]);
    expect(known.numberedPath("team:a|tools:d")).toEqual(["team #2", "tools"]);
    expect(known.numberedPath("write:c")).toEqual(["write"]);
  });

  it("numbers what is inside of each visit anew", () => {
    const known = visits("team:a", "team:b", "team:a|tools:c", "team:b|tools:d", "team:b|tools:e");
    expect(known.numberedPath("team:a|tools:c")).toEqual(["team #1", "tools"]);
    expect(known.numberedPath("team:b|tools:e")).toEqual(["team #2", "tools #2"]);
  });

  it("knows a visit by what ran inside of it", () => {
    expect(visits("team:a|tools:c", "team:b").numberedPath("team:b")).toEqual(["team #2"]);
  });

  it("keeps the number of a task's second graph, and the names of subgraphs without ids", () => {
    expect(visits("call:a", "call:a|1").numberedPath("call:a|1")).toEqual(["call #2"]);
    expect(visits("memory", "memory|ask:a").numberedPath("memory|ask:a")).toEqual(["memory", "ask"]);
  });

  it("calls graphs by their names, and numbers those of one name", () => {
    const rows = [
      ["tools:a", "paris"],
      ["tools:b", "rome"],
      ["tools:c", "rome"],
      ["plain:d", "LangGraph"],
    ].map(([namespace, graph_name]) => ({ namespace, graph_name }) as NamespaceRow);
    const known = new VisitNames(rows);
    expect(rows.map(({ namespace }) => known.numberedPath(namespace))).toEqual([
      ["paris"],
      ["rome #1"],
      ["rome #2"],
      ["plain"],
    ]);
  });
});
