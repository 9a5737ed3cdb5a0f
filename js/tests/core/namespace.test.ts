import { describe, expect, it } from "vitest";
import {
  isInside,
  isWithin,
  namesAround,
  namespaceLabel,
  nodesAround,
  segments,
} from "../../src/core/namespace";

const DEEP = "team:a1|1|writer:b2";

describe("a namespace", () => {
  it("is segments: nodes with the ids of their tasks, and ordinals of further graphs of one task", () => {
    expect(segments("")).toEqual([]);
    expect(segments(DEEP).map(({ node, taskId, ordinal }) => [node, taskId, ordinal])).toEqual([
      ["team", "a1", null],
      ["", null, 1],
      ["writer", "b2", null],
    ]);
    expect(segments(DEEP).map(({ namespace }) => namespace)).toEqual(["team:a1", "team:a1|1", DEEP]);
    expect(segments("memory|ask:a").map(({ taskId }) => taskId)).toEqual([null, "a"]);
    expect(segments("a:b:c").map(({ node, taskId }) => [node, taskId])).toEqual([["a:b", "c"]]);
  });

  it("leads through nodes and tasks", () => {
    expect(nodesAround(DEEP)).toEqual(["team", "writer"]);
    expect(isInside(DEEP, "a1")).toBe(true);
    expect(isInside(DEEP, "1")).toBe(false);
    expect(isInside("", "a1")).toBe(false);
  });

  it("is called by its nodes, or its graphs where they have names", () => {
    expect(namesAround(DEEP)).toEqual(["team #2", "writer"]);
    expect(namesAround("1|x:y")).toEqual(["#2", "x"]);
    expect(namesAround(DEEP, new Map([["team:a1|1", "Experts"]]))).toEqual(["Experts", "writer"]);
    expect(namespaceLabel("")).toBe("root");
    expect(namespaceLabel(DEEP)).toBe("team #2 › writer");
  });

  it("is within itself and what is around it, the root around none but itself", () => {
    expect(isWithin(DEEP, "team:a1")).toBe(true);
    expect(isWithin("team:a12", "team:a1")).toBe(false);
    expect(isWithin(DEEP, "")).toBe(false);
    expect(isWithin("", "")).toBe(true);
  });

  it("is read anew after many others", () => {
    for (let nth = 0; nth < 5000; nth += 1) segments(`n:${nth}`);
    expect(namesAround(DEEP)).toEqual(["team #2", "writer"]);
  });
});
