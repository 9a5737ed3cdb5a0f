import { describe, expect, it } from "vitest";
import type { ModelCallRow, ToolCallRow } from "../../src/core/schema";
import { callsOf, differencesOf, promptOf, sortCalls, toolsOf, triesOf } from "../../src/panels/calls/data";
import { NO_FILTER, matchesFilter } from "../../src/state/filter";
import { modelCall, toolCall } from "../builders";

/** "a", "  b": ids, under each other. */
const tree = (models: ModelCallRow[], tools: ToolCallRow[], shows = (_: object) => true): string[] =>
  callsOf(models, tools, shows).map(({ row, depth }) => " ".repeat(depth) + row.call_id);

describe("the tree of calls", () => {
  it("has tools under the call that requested them, in the order of start", () => {
    const models = [modelCall("b", { start_time: 5 }), modelCall("a", { start_time: 1 })];
    const tools = [
      toolCall("late", { requested_by: "a", start_time: 4 }),
      toolCall("early", { requested_by: "a", start_time: 3 }),
    ];
    expect(tree(models, tools)).toEqual(["a", " early", " late", "b"]);
  });

  it("has under a tool's call what is called in it, and its tools under the model inside", () => {
    const models = [
      modelCall("outer", { start_time: 1 }),
      modelCall("inner", { parent_call_id: "t", start_time: 3 }),
    ];
    const tools = [
      toolCall("t", { requested_by: "outer", start_time: 2 }),
      toolCall("u", { requested_by: "inner", parent_call_id: "t", start_time: 4 }),
    ];
    expect(tree(models, tools)).toEqual(["outer", " t", "  inner", "   u"]);
  });

  it("has all tries under the first", () => {
    const models = [
      modelCall("1", { start_time: 1 }),
      modelCall("2", { retry_of: "1", start_time: 2 }),
      modelCall("3", { retry_of: "2", start_time: 3 }),
    ];
    expect(tree(models, [])).toEqual(["1", " 2", " 3"]);
  });

  it("takes the end of a call whose beginning is not known", () => {
    const models = [modelCall("b", { start_time: 3 }), modelCall("a", { start_time: 1 })];
    expect(tree(models, [toolCall("t", { end_time: 2 }), toolCall("?")])).toEqual(["a", "t", "b", "?"]);
  });

  it("passes over what is not shown, and loses none that name each other", () => {
    const models = [modelCall("a", { parent_call_id: "t" })];
    const tools = [toolCall("t", { requested_by: "a" })];
    expect(tree(models, tools).length).toBe(2);
    expect(tree(models, tools, (row) => row !== models[0])).toEqual(["t"]);
  });
});

describe("a prompt", () => {
  const input = [
    { type: "system", content: "be brief" },
    { type: "human", content: "rain?" },
    { type: "ai", content: "yes" },
  ];

  it("is what is new in it and what was there before, behind the system prompt", () => {
    expect(promptOf(input, 2)).toEqual({ before: [input[1]], fresh: [input[2]] });
    expect(promptOf(input, 0)).toEqual({ before: [], fresh: [input[1], input[2]] });
    expect(promptOf(input, 3).fresh).toEqual([]);
  });

  it("may be unknown, or a system prompt alone", () => {
    expect(promptOf(null, null)).toEqual({ before: [], fresh: [] });
    expect(promptOf(input.slice(0, 1), 0)).toEqual({ before: [], fresh: [] });
  });

  it("has tools by the names that providers write", () => {
    const tools = [
      { type: "function", function: { name: "weather" } },
      { name: "search", input_schema: {} },
      { type: "web_search" },
      7,
    ];
    expect(toolsOf(tools).map(([name]) => name)).toEqual(["weather", "search", "web_search", "–"]);
  });
});

describe("calls in the order of a column", () => {
  const calls = callsOf(
    [modelCall("a", { latency: 2 }), modelCall("b", { latency: null }), modelCall("c", { latency: 10 })],
    [toolCall("t", { latency: 3, requested_by: "a" })],
    () => true,
  );
  const ids = (of: ReturnType<typeof sortCalls>) => of.map(({ row }) => row.call_id).join("");

  it("go by number or name, what is not known last", () => {
    expect(ids(sortCalls(calls, ({ row }) => row.latency, false))).toBe("atcb");
    expect(ids(sortCalls(calls, ({ row }) => row.latency, true))).toBe("ctab");
    expect(ids(sortCalls(calls, ({ name }) => name, true))).toBe("tabc");
  });

  it("stand under no other", () => {
    expect(sortCalls(calls, ({ name }) => name, false).every(({ depth }) => depth === 0)).toBe(true);
  });
});

it("tries of the same are those that go back to one call", () => {
  const rows = [
    modelCall("3", { retry_of: "2", start_time: 3 }),
    modelCall("1", { start_time: 1 }),
    modelCall("2", { retry_of: "1", start_time: 2 }),
    modelCall("other", { start_time: 4 }),
  ];
  const ids = (row: ModelCallRow) => triesOf(row, rows).map(({ call_id }) => call_id);
  expect(ids(rows[2] as ModelCallRow)).toEqual(["1", "2", "3"]);
  expect(ids(rows[3] as ModelCallRow)).toEqual(["other"]);
});

it("names what differs between tools, and between parameters", () => {
  const [search, changed] = [{ name: "search" }, { name: "search", description: "new" }];
  expect(differencesOf([search, { name: "look" }], [changed, { name: "add" }])).toEqual([
    { name: "search", before: search, now: changed },
    { name: "look", before: { name: "look" }, now: undefined },
    { name: "add", before: undefined, now: { name: "add" } },
  ]);
  expect(differencesOf({ seed: 1, stop: "x" }, { seed: 2, stop: "x" })).toEqual([
    { name: "seed", before: 1, now: 2 },
  ]);
});

it("a call that the kernel found by a text passes the filter, by its own key", () => {
  const row = modelCall("c", { message_id: "m" });
  expect(matchesFilter({ ...NO_FILTER, text: "deep inside", found: new Set(["c"]) }, row)).toBe(true);
});
