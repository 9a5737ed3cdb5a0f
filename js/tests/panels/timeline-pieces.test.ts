import { describe, expect, it } from "vitest";
import type { TaskRow } from "../../src/core/schema";
import { RunningTime } from "../../src/core/waits";
import { criticalPathOf, longestPieceText } from "../../src/panels/timeline/criticalPath";
import { lanesOf, reuseUnchangedLanes } from "../../src/panels/timeline/data";
import { type Piece, piecesOf, timeSharesOf } from "../../src/panels/timeline/pieces";
import { customSubgraphNames, VisitNames } from "../../src/state/visitNames";
import { modelCall, task, toolCall } from "../builders";

const START = 1000;

function done(id: string, from: number, to: number, fields: Partial<TaskRow> = {}): TaskRow {
  const times = { start_time: START + from, end_time: START + to, latency: to - from };
  return task(id, { node: "agent", status: "success", ...times, ...fields });
}

const model = (id: string, from: number, to: number | null, fields = {}) =>
  modelCall(id, {
    task_id: "1",
    start_time: START + from,
    end_time: to === null ? null : START + to,
    ...fields,
  });

const tool = (id: string, from: number, to: number) =>
  toolCall(id, { task_id: "1", start_time: START + from, end_time: START + to });

const written = (pieces: readonly Piece[] | undefined) =>
  (pieces ?? []).map(({ activity, name, from, to }) => `${from}–${to} ${activity} ${name}`);

const NO_WAITS = new RunningTime([]);

describe("pieces of a task", () => {
  it("come one after the other, of several at once the one that others wait for", () => {
    const calls = {
      models: [model("a", 1, 4, { first_token_time: START + 2 }), model("b", 3, 5), model("d", 7, 8)],
      tools: [tool("c", 6, 9)],
    };
    const pieces = piecesOf([done("1", 0, 10)], calls, START, NO_WAITS);
    expect(written(pieces.get("1"))).toEqual([
      "1–2 waits gpt",
      "2–4 answers gpt",
      "4–5 waits gpt",
      "6–7 tool weather",
      "7–8 waits gpt",
      "8–9 tool weather",
    ]);
  });

  it("are also those of the tasks that it ran", () => {
    const inner = done("2", 1, 5, { namespace: "agent:1", parent_task_id: "1" });
    const calls = { models: [model("a", 2, 3, { task_id: "2" })], tools: [] };
    const pieces = piecesOf([done("1", 0, 6), inner], calls, START, NO_WAITS);
    expect(written(pieces.get("1"))).toEqual(["2–3 waits gpt"]);
    expect(pieces.get("2")).toEqual(pieces.get("1"));
  });

  it("tell the wait for another try, of a call and of the task", () => {
    const tried = { time: START + 9, failed_time: START + 7, error: "ValueError" };
    const models = [model("a", 1, 2), model("b", 4, 5, { retry_of: "a" })];
    const pieces = piecesOf([done("1", 0, 10, { retries: [tried] })], { models, tools: [] }, START, NO_WAITS);
    expect(written(pieces.get("1"))).toEqual([
      "1–2 waits gpt",
      "2–4 retry gpt",
      "4–5 waits gpt",
      "7–9 retry agent",
    ]);
  });

  it("last while a call does, and leave out what the run waited", () => {
    const calls = { models: [model("a", 1, null)], tools: [] };
    const time = new RunningTime([[START + 0.25, START + 0.75, "for an answer"]]);
    const pieces = piecesOf([done("1", 0, 6)], calls, START, time);
    expect(written(pieces.get("1"))).toEqual(["0.5–Infinity waits gpt"]);
  });

  it("are left out of calls whose times are another clock's or inferred", () => {
    const models = [model("a", 1, 2, { known_from: "events" }), model("b", 3, 4, { known_from: "inferred" })];
    expect(piecesOf([done("1", 0, 6)], { models, tools: [] }, START, NO_WAITS).size).toBe(0);
  });

  it("make a lane be drawn anew when one comes", () => {
    const tasks = [done("1", 0, 6)];
    const lanes = (models: ReturnType<typeof model>[]) =>
      lanesOf(tasks, [], {
        start: START,
        merge: false,
        names: customSubgraphNames([]),
        visits: new VisitNames([]),
        pieces: piecesOf(tasks, { models, tools: [] }, START, NO_WAITS),
      });
    const before = lanes([model("a", 1, null)]);
    expect(reuseUnchangedLanes(before, lanes([model("a", 1, null)]))[0]).toBe(before[0]);
    expect(reuseUnchangedLanes(before, lanes([model("a", 1, 2)]))[0]).not.toBe(before[0]);
  });
});

describe("what the critical path waited for longest", () => {
  it("is one model or tool, of all its tasks", () => {
    const tasks = [done("1", 0, 2, { step: 1 }), done("2", 2, 4.4, { step: 2 })];
    const models = [
      model("a", 0, 1.5),
      model("b", 2.4, 4, { task_id: "2" }),
      model("c", 4, 4.4, { task_id: "2", first_token_time: START + 4 }),
    ];
    const pieces = piecesOf(tasks, { models, tools: [tool("d", 1.5, 1.9)] }, START, NO_WAITS);
    const path = criticalPathOf(tasks, START, 4.4);
    expect(path && longestPieceText(path, pieces)).toBe("3.10\u00a0s of 4.40\u00a0s: gpt, waiting");
    expect(path && longestPieceText(path, new Map())).toBeNull();
  });
});

describe("what a task's time went to", () => {
  it("is what the kernel reckons, without what took none", () => {
    const times = { model_time: 3, model_wait_time: 2, tool_time: 0, retry_time: 0, own_time: 0.5 };
    expect(timeSharesOf(done("1", 0, 4, times))).toEqual([
      { activity: "waits", seconds: 2 },
      { activity: "answers", seconds: 1 },
      { activity: "own", seconds: 0.5 },
    ]);
    expect(timeSharesOf(done("1", 0, 4))).toEqual([]);
  });
});
