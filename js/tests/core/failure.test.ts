import { expect, test } from "vitest";
import { exceptionsOf, countHiddenFrames, relationWord, shortenFilePath } from "../../src/core/failure";

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
  expect(countHiddenFrames([raised])).toBe(1);
  expect(countHiddenFrames([raised, cause])).toBe(9);
});

test("a cell that is empty or was too big to push has no exceptions", () => {
  expect(exceptionsOf(null)).toEqual([]);
  expect(exceptionsOf({ $big: 5000, preview: "[" })).toEqual([]);
  expect(exceptionsOf([raised])).toHaveLength(1);
});

test("what caused it is named as that", () => {
  expect(relationWord(raised)).toBeNull();
  expect(relationWord(cause)).toBe("caused by");
});

test("of a long path the end is shown, a cell as it is called", () => {
  expect(shortenFilePath("/home/ada/work/agents/sums.py")).toBe("…/agents/sums.py");
  expect(shortenFilePath("C:\\Users\\ada\\agents\\sums.py")).toBe("…/agents/sums.py");
  expect(shortenFilePath("Cell In[3]")).toBe("Cell In[3]");
});
