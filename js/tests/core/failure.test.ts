import { expect, test } from "vitest";
import { exceptionsIn, hiddenFrames, relationWord, shortFile } from "../../src/core/failure";

const frame = (shown: boolean) => ({
  file: "agent.py",
  line: 3,
  function: "total",
  source: "raise",
  owner: "user" as const,
  shown,
});

const raised = { error: "RuntimeError", message: "no", relation: null, frames: [frame(true), frame(false)] };
const cause = { ...raised, relation: "cause" as const, frames: [frame(false)], frames_left_out: 7 };

test("frames that are not shown are counted, and those that were not kept", () => {
  expect(hiddenFrames([raised])).toBe(1);
  expect(hiddenFrames([raised, cause])).toBe(9);
});

test("a cell that is empty or was too big to push has no exceptions", () => {
  expect(exceptionsIn(null)).toEqual([]);
  expect(exceptionsIn({ $big: 5000, preview: "[" })).toEqual([]);
  expect(exceptionsIn([raised])).toHaveLength(1);
});

test("what caused it is named as that", () => {
  expect(relationWord(raised)).toBeNull();
  expect(relationWord(cause)).toBe("caused by");
});

test("of a long path the end is shown, a cell as it is called", () => {
  expect(shortFile("/home/ada/work/agents/sums.py")).toBe("…/agents/sums.py");
  expect(shortFile("C:\\Users\\ada\\agents\\sums.py")).toBe("…/agents/sums.py");
  expect(shortFile("Cell In[3]")).toBe("Cell In[3]");
});
