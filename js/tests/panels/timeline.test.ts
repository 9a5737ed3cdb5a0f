import { describe, expect, it } from "vitest";
import type { NamespaceRow, TaskRow } from "../../src/core/schema";
import { RunningTime } from "../../src/core/waits";
import { criticalPathOf, pathSummaryText } from "../../src/panels/timeline/criticalPath";
import {
  stepBandsOf,
  barBoxesOf,
  taskErrorText,
  type Lane,
  lanesOf,
  neighbouringBar,
  retriesOf,
  reuseUnchangedLanes,
  freeSpaceBeside,
} from "../../src/panels/timeline/data";
import {
  isWholeSpan,
  panSpan,
  revealSpan,
  roundedEnd,
  tickLabel,
  ticksInSpan,
  zoomSpan,
} from "../../src/panels/timeline/time";
import { customSubgraphNames, VisitNames } from "../../src/state/visitNames";
import { message, task } from "../builders";

const START = 1000;

/** A task that is over, at times relative to the run's start. */
function done(id: string, from: number, to: number, fields: Partial<TaskRow> = {}): TaskRow {
  return task(id, {
    node: id.replace(/\d+$/, ""),
    status: "success",
    start_time: START + from,
    end_time: START + to,
    latency: to - from,
    ...fields,
  });
}

/** A task inside of the subgraph that `parent` runs. */
function inside(
  parent: TaskRow,
  id: string,
  from: number,
  to: number,
  fields: Partial<TaskRow> = {},
): TaskRow {
  const segment = `${parent.node}:${parent.task_id}`;
  const namespace = parent.namespace ? `${parent.namespace}|${segment}` : segment;
  return done(id, from, to, { namespace, parent_task_id: parent.task_id, ...fields });
}

/** What the lanes' names are made of: a row for each namespace in which a task is. */
function graphsOf(rows: readonly TaskRow[], named: ReadonlyMap<string, string> = new Map()) {
  const graphs = [...new Set(rows.map(({ namespace }) => namespace))].map(
    (namespace) => ({ namespace, graph_name: named.get(namespace) ?? null }) as NamespaceRow,
  );
  return { names: customSubgraphNames(graphs), visits: new VisitNames(graphs) };
}

const lanes = (rows: readonly TaskRow[], merge = false) =>
  lanesOf(rows, [], { start: START, merge, ...graphsOf(rows) });
const names = (list: readonly Lane[]) => list.map(({ path, node }) => [...path, node].join("/"));

describe("the axis", () => {
  const whole = { from: 0, to: 10 };

  it("keeps in place what one zooms at", () => {
    const near = zoomSpan(whole, 2, 8, whole);
    expect(near).toEqual({ from: 4, to: 9 });
    expect((8 - near.from) / (near.to - near.from)).toBeCloseTo(0.8);
  });

  it("shows no more than there is", () => {
    expect(zoomSpan({ from: 4, to: 9 }, 0.01, 5, whole)).toEqual(whole);
    expect(panSpan({ from: 4, to: 9 }, 5, whole)).toEqual({ from: 5, to: 10 });
    expect(panSpan({ from: 4, to: 9 }, -50, whole)).toEqual({ from: 0, to: 5 });
    expect(isWholeSpan(whole, whole)).toBe(true);
  });

  it("moves only as far as needed to show something", () => {
    const span = { from: 4, to: 6 };
    expect(revealSpan(span, { from: 4.5, to: 5 }, whole)).toBe(span);
    expect(revealSpan(span, { from: 7, to: 8 }, whole).to).toBeGreaterThan(8);
    expect(revealSpan(span, { from: 1, to: 2 }, whole).from).toBeLessThan(1);
  });

  it("grows in jumps while the run does", () => {
    expect(roundedEnd(3.1)).toBe(roundedEnd(3.4));
    for (const seconds of [0, 0.3, 3.4, 61, 5000]) expect(roundedEnd(seconds)).toBeGreaterThan(seconds);
  });

  it.each([
    [{ from: 0, to: 10 }, 5, ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"]],
    [{ from: 1.02, to: 1.42 }, 4, ["1.10 s", "1.20 s", "1.30 s", "1.40 s"]],
    [{ from: 2, to: 2.01 }, 2, ["2000 ms", "2005 ms", "2010 ms"]],
    [{ from: 60, to: 180 }, 2, ["1:40"]],
  ])("has round ticks in %j", (span, count, labels) => {
    const written = ticksInSpan(span, count).map((tick) => tickLabel(tick, span).replace("\u00a0", " "));
    expect(written).toEqual(labels);
  });
});

describe("a task that was tried again", () => {
  const retries = [{ time: START + 1, error: "ConnectionError", message: "refused" }, { time: START + 2 }];
  const tried = done("call1", 0, 3, { retries });

  it("says when, and what each try before failed with", () => {
    expect(retriesOf(tried).map(({ reason }) => reason)).toEqual(["ConnectionError: refused", null]);
    expect(lanes([tried])[0]?.bars[0]?.retries).toEqual([1, 2]);
    expect(lanes([done("once1", 0, 1)])[0]?.bars[0]?.retries).toEqual([]);
  });
});

describe("lanes", () => {
  const plan = done("plan1", 0, 1);
  const team1 = done("team1", 1, 5);
  const team2 = done("team2", 1, 4);
  const rows = [
    plan,
    team1,
    team2,
    inside(team1, "read1", 1, 2),
    inside(team2, "read2", 1, 3),
    inside(team1, "write1", 2, 5),
  ];

  it("stand right under the node that runs their graph, a lane for each namespace and node", () => {
    const all = lanes([...rows, done("end1", 5, 6)]);
    expect(names(all)).toEqual(["plan", "team", "team #1/read", "team #1/write", "team #2/read", "end"]);
    expect(all[2]?.namespace).toBe("team:team1");
    expect(all.map(({ graph }) => graph)).toEqual([null, null, "team #1", "team #1", "team #2", null]);
  });

  it("are shared by the visits of a subgraph, if wanted", () => {
    const all = lanes(rows, true);
    expect(names(all)).toEqual(["plan", "team", "team/read", "team/write"]);
    expect(all[2]?.bars.map(({ task: row }) => row.task_id)).toEqual(["read1", "read2"]);
  });

  it("are of one agent each, however its graph is run", () => {
    const tools = done("tools1", 0, 5, { node: "tools" });
    const others = ["tools2", "tools3"].map((id) => done(id, 0, 5, { node: "tools" }));
    const inner = [tools, ...others].map((of, nth) => inside(of, `model${nth}`, 1, 2, { node: "model" }));
    const rows = [tools, ...others, ...inner];
    const agents = new Map([
      ["tools:tools1", "paris"],
      ["tools:tools2", "rome"],
      ["tools:tools3", "rome"],
    ]);
    const drawn = (merge: boolean) => lanesOf(rows, [], { start: START, merge, ...graphsOf(rows, agents) });
    expect(names(drawn(true))).toEqual(["tools", "paris/model", "rome/model"]);
    expect(names(drawn(false))).toEqual(["tools", "paris/model", "rome #1/model", "rome #2/model"]);
    expect(drawn(false).map(({ graph }) => graph)).toEqual([null, "paris", "rome #1", "rome #2"]);
  });

  it("have as many lines as tasks ran at the same time", () => {
    const [lane] = lanes([done("a1", 0, 3), done("a2", 0, 1), done("a3", 1, 2), done("a4", 4, 5)]);
    expect(lane?.lines).toBe(2);
    expect(lane?.bars.map(({ line }) => line)).toEqual([0, 1, 1, 0]);
  });

  it("hold a task that runs, one that never reported, and one from the cache", () => {
    const rows = [
      task("a", { start_time: START + 1 }),
      task("b", { status: "unreported", start_time: START + 1, node: "b" }),
      task("c", { status: "cached", start_time: null, end_time: START + 2, node: "c" }),
      done("d1", 1, 3, { step: 1 }),
    ];
    expect(lanes(rows).map(({ bars: [bar] }) => [bar?.from, bar?.to])).toEqual([
      [1, null],
      [1, 3], // up to where its step ended
      [2, 2],
      [1, 3],
    ]);
  });

  it("stay the same objects until something of them changes", () => {
    const before = lanes(rows);
    const again = reuseUnchangedLanes(before, lanes(rows));
    expect(again.every((lane, index) => lane === before[index])).toBe(true);
    const more = reuseUnchangedLanes(before, lanes([...rows, inside(team1, "read3", 5, 6)]));
    expect(more.map((lane, index) => lane === before[index])).toEqual([true, true, false, true, true]);
    const [was, is] = [before[2]?.bars ?? [], more[2]?.bars ?? []];
    expect(is.map((bar, index) => bar === was[index])).toEqual([...was.map(() => true), false]);
  });

  it("mark first tokens", () => {
    const said = message("m", { task_id: "plan1", first_token_time: START + 0.4 });
    const [lane] = lanesOf([plan], [said], { start: START, merge: false, ...graphsOf([plan]) });
    expect(lane?.bars[0]?.firstTokens[0]).toBeCloseTo(0.4);
  });

  it("are gone through with the arrow keys", () => {
    const all = lanes(rows);
    const first = all[0]?.bars[0];
    if (!first) throw new Error("no bar");
    expect(neighbouringBar(all, first, "ArrowUp")).toBeNull();
    const below = neighbouringBar(all, first, "ArrowDown");
    expect(below?.task.task_id).toBe("team1");
    expect(below && neighbouringBar(all, below, "ArrowRight")?.task.task_id).toBe("team2");
  });
});

describe("boxes", () => {
  it("are what is in sight, in pixels", () => {
    const [lane] = lanes([done("a1", 0, 1), done("a2", 2, 4), done("a3", 8, 9)]);
    const boxes = barBoxesOf(lane as Lane, { from: 2, to: 6 }, 400, 9);
    expect(boxes.map(({ left, width }) => [left, width])).toEqual([[0, 200]]);
    expect(freeSpaceBeside(boxes, 400)).toEqual([{ after: 200, before: 0 }]);
  });

  it("grow while a task runs", () => {
    const [lane] = lanes([task("a", { start_time: START })]);
    const span = { from: 0, to: 10 };
    expect(barBoxesOf(lane as Lane, span, 100, 2)[0]?.width).toBe(20);
    expect(barBoxesOf(lane as Lane, span, 100, 4)[0]?.width).toBe(40);
  });

  it("are one where they are too narrow to be told apart, with the worst status", () => {
    const rows = Array.from({ length: 2_000 }, (_, nth) =>
      done(`a${nth}`, nth * 0.01, nth * 0.01 + 0.009, nth === 700 ? { status: "error" } : {}),
    );
    const [lane] = lanes(rows);
    const boxes = barBoxesOf(lane as Lane, { from: 0, to: 20 }, 800, 20);
    expect(boxes.length).toBeLessThan(10);
    expect(boxes.reduce((sum, { count }) => sum + count, 0)).toBe(2_000);
    expect(boxes.filter(({ status }) => status === "error")).toHaveLength(1);
    const near = barBoxesOf(lane as Lane, { from: 0, to: 0.1 }, 800, 20);
    expect(near.every(({ count }) => count === 1)).toBe(true);
  });
});

describe("bands", () => {
  it("are the root's steps, from the first start to the last end", () => {
    const team = done("team1", 1, 3, { step: 2 });
    const rows = [done("a1", 0, 1), team, done("b1", 1.5, 5, { step: 2 }), inside(team, "x1", 1, 9)];
    expect(stepBandsOf(rows, START, 9)).toEqual([
      { step: 1, from: 0, to: 1 },
      { step: 2, from: 1, to: 5 },
    ]);
  });
});

describe("the critical path", () => {
  it("is in each step the task that ended last, and in it those of its subgraph", () => {
    const team = done("team1", 1.1, 4, { step: 2 });
    const rows = [
      done("plan1", 0, 1, { step: 1 }),
      done("quick1", 1.1, 2, { step: 2 }),
      team,
      inside(team, "read1", 1.2, 2, { step: 1 }),
      inside(team, "skim1", 1.2, 1.5, { step: 1 }),
      inside(team, "note1", 2, 3.9, { step: 2 }),
      done("write1", 4, 6, { step: 3 }),
    ];
    const path = criticalPathOf(rows, START, 6);
    expect(path?.leaves.map(({ task: row }) => row.task_id)).toEqual(["plan1", "read1", "note1", "write1"]);
    expect([...(path?.taskIds ?? [])]).toContain("team1");
    expect(path?.gaps.map(({ from, to }) => [from, to].map((at) => Number(at.toFixed(3))))).toEqual([
      [1, 1.2],
      [3.9, 4],
    ]);
    expect(path?.between).toBeCloseTo(0.3);
    expect(path && pathSummaryText(path).replaceAll("\u00a0", " ")).toBe(
      "plan 1.00 s → team › read 800 ms → team › note 1.90 s → write 2.00 s; 300 ms between steps",
    );
  });

  it("waits for the slower of two graphs that one task runs at a time", () => {
    const both = done("both1", 0, 5);
    const rows = [
      both,
      inside(both, "a1", 0, 2, { namespace: "both:both1|0", step: 1 }),
      inside(both, "b1", 0, 1, { namespace: "both:both1|1", step: 1 }),
      inside(both, "b2", 1, 5, { namespace: "both:both1|1", step: 2 }),
    ];
    expect(criticalPathOf(rows, START, 5)?.leaves.map(({ task: row }) => row.task_id)).toEqual(["b1", "b2"]);
  });

  it("goes on to now while a task runs", () => {
    const path = criticalPathOf([task("a", { start_time: START, node: "a" })], START, 3);
    expect(path?.leaves).toMatchObject([{ from: 0, to: 3 }]);
    expect(path?.between).toBe(0);
  });

  it("adds up what a long run did again and again", () => {
    const rows = Array.from({ length: 100 }, (_, nth) => [
      done(`think${nth}`, nth, nth + 0.7, { step: 2 * nth }),
      done(`act${nth}`, nth + 0.7, nth + 1, { step: 2 * nth + 1 }),
    ]).flat();
    const path = criticalPathOf(rows, START, 100);
    expect(path && pathSummaryText(path).replaceAll("\u00a0", " ")).toBe("think ×100 1:10 · act ×100 30.0 s");
  });

  it("is none where nothing ran", () => {
    expect(criticalPathOf([], START, 1)).toBeNull();
  });
});

describe("errors", () => {
  it.each([
    [{ error: "ValueError", message: "no" }, "ValueError: no"],
    [{ error: "KeyError", message: "" }, "KeyError"],
    ["plain", "plain"],
    [null, null],
  ])("%j is told as %s", (error, text) => {
    expect(taskErrorText(task("a", { error }))).toBe(text);
  });
});

describe("a run that waited", () => {
  const time = new RunningTime([
    [START + 3, START + 521, "for an answer"],
    [START + 521, START + 521.01, "in the server's queue"],
  ]);

  it("draws its bars as if waiting had taken none of the time", () => {
    const resumed = done("ask", 1, 523.01);
    const after = done("then", 523.01, 525.01, {
      retries: [{ time: START + 524.01, error: "E", message: "" }],
    });
    const [first, second] = lanes([resumed, after].map((row) => time.task(row)));
    expect(first?.bars[0]?.from).toBeCloseTo(1);
    expect(first?.bars[0]?.to).toBeCloseTo(5);
    expect(second?.bars[0]?.from).toBeCloseTo(5);
    expect(second?.bars[0]?.retries[0]).toBeCloseTo(6);
    expect(time.message(message("m", { first_token_time: START + 522.01 })).first_token_time).toBeCloseTo(
      START + 4,
    );
  });

  it("shows one cut, where it waited", () => {
    const [cut, ...more] = time.cuts(START);
    expect(cut?.at).toBeCloseTo(3);
    expect(cut?.text).toBe("waited 8:38 for an answer");
    expect(more).toEqual([]);
  });

  it("gives the same row for the same row, and its own where it waited for nothing", () => {
    const row = done("a", 0, 600);
    expect(time.task(row)).toBe(time.task(row));
    expect(new RunningTime([]).task(row)).toBe(row);
  });
});
