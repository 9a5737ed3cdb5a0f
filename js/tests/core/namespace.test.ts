import { describe, expect, it } from "vitest";
import {
  isInsideTask,
  isWithinNamespace,
  namespaceNames,
  namespaceLabel,
  nodesOnPath,
  namespaceSegments,
} from "../../src/core/namespace";

const DEEP = "team:a1|1|writer:b2";

describe("a namespace", () => {
  it("is segments: nodes with the ids of their tasks, and ordinals of further graphs of one task", () => {
    expect(namespaceSegments("")).toEqual([]);
    expect(namespaceSegments(DEEP).map(({ node, taskId, ordinal }) => [node, taskId, ordinal])).toEqual([
      ["team", "a1", null],
      ["", null, 1],
      ["writer", "b2", null],
    ]);
    expect(namespaceSegments(DEEP).map(({ namespace }) => namespace)).toEqual(["team:a1", "team:a1|1", DEEP]);
    expect(namespaceSegments("memory|ask:a").map(({ taskId }) => taskId)).toEqual([null, "a"]);
    expect(namespaceSegments("a:b:c").map(({ node, taskId }) => [node, taskId])).toEqual([["a:b", "c"]]);
  });

  it("leads through nodes and tasks", () => {
    expect(nodesOnPath(DEEP)).toEqual(["team", "writer"]);
    expect(isInsideTask(DEEP, "a1")).toBe(true);
    expect(isInsideTask(DEEP, "1")).toBe(false);
    expect(isInsideTask("", "a1")).toBe(false);
  });

  it("is called by its nodes, or its graphs where they have names", () => {
    expect(namespaceNames(DEEP)).toEqual(["team #2", "writer"]);
    expect(namespaceNames("1|x:y")).toEqual(["#2", "x"]);
    expect(namespaceNames(DEEP, new Map([["team:a1|1", "Experts"]]))).toEqual(["Experts", "writer"]);
    expect(namespaceLabel("")).toBe("root");
    expect(namespaceLabel(DEEP)).toBe("team #2 › writer");
  });

  it("is within itself and what is around it, the root around none but itself", () => {
    expect(isWithinNamespace(DEEP, "team:a1")).toBe(true);
    expect(isWithinNamespace("team:a12", "team:a1")).toBe(false);
    expect(isWithinNamespace(DEEP, "")).toBe(false);
    expect(isWithinNamespace("", "")).toBe(true);
  });

  it("is read anew after many others", () => {
    for (let nth = 0; nth < 5000; nth += 1) namespaceSegments(`n:${nth}`);
    expect(namespaceNames(DEEP)).toEqual(["team #2", "writer"]);
  });
});
