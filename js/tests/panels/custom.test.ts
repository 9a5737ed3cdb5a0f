import { describe, expect, it } from "vitest";
import type { CustomRow, Json } from "../../src/core/schema";
import {
  type Entry,
  endedNodeTest,
  entriesOf,
  linePoints,
  progressOf,
  type SeriesEntry,
  significantNumber,
} from "../../src/panels/custom/data";

let seq = 0;

function sent(data: Json, node = "work", namespace = ""): CustomRow {
  seq += 1;
  return { seq, timestamp: seq, namespace, node, data };
}

const all = (rows: readonly CustomRow[]) => entriesOf(rows, () => true);
/** Each entry in a few words. */
const written = (entries: readonly Entry[]) =>
  entries.map((entry) => {
    switch (entry.kind) {
      case "head":
        return `${entry.namespace}/${entry.node} ${entry.count}`;
      case "progress":
        return `${entry.label} ${entry.value}/${entry.total}`;
      case "series":
        return `${entry.label} ${entry.values.join(" ")}`;
      default:
        return `#${entry.index}`;
    }
  });

describe("progress", () => {
  it.each<[Json, [string, number, number] | null]>([
    [{ progress: 2, total: 5 }, ["progress", 2, 5]],
    [{ reading: "museums", page: 1, of: 3 }, ["museums", 1, 3]],
    [{ stage: "train", current: 3, max: 4, note: "ok" }, ["train · ok", 3, 4]],
    [{ percent: 40 }, ["percent", 40, 100]],
    [{ progress: 0.4 }, ["progress", 0.4, 1]],
    [{ progress: 4 }, null],
    [{ done: true, total: 5 }, null],
    [{ done: 0, total: 0 }, ["done", 0, 0]],
    [{ done: -1, total: 4 }, ["done", -1, 4]],
    [{ done: 1, total: -4 }, null],
    [{ total: 5 }, null],
    [[1, 2], null],
    ["50 %", null],
  ])("%j is %j", (data, found) => {
    const bar = progressOf(sent(data));
    expect(bar && [bar.label, bar.value, bar.total]).toEqual(found);
  });

  it("is the newest of each label", () => {
    const rows = ["a", "b"].flatMap((file) => [1, 2].map((done) => sent({ file, done, total: 2 })));
    expect(written(all(rows))).toEqual(["/work 4", "a 2/2", "b 2/2"]);
  });

  it("is one where the label is a text that changes each time", () => {
    const rows = [1, 2, 3, 4].map((done) => sent({ text: `File ${done} is done`, done, total: 4 }));
    expect(written(all(rows))).toEqual(["/work 4", "File 4 is done 4/4"]);
  });
});

describe("series", () => {
  it("are numbers that come again", () => {
    const rows = [3, 2, 1].map((loss, step) => sent({ step, loss, accuracy: 1 / loss }));
    expect(written(all(rows)).slice(0, 2)).toEqual(["/work 3", "loss 3 2 1"]);
    expect(all(rows)[2]).toMatchObject({ label: "accuracy", last: 1, most: 1 });
  });

  it("may be bare numbers", () => {
    expect(written(all([sent(5), sent(7)]))).toEqual(["/work 2", "value 5 7"]);
  });

  it("are not what came once, or has more to say", () => {
    const rows = [sent({ score: 1 }), sent({ event: "saved", size: 3 }), sent({ event: "saved", size: 4 })];
    expect(written(all(rows))).toEqual(["/work 3", "#0", "#1", "#2"]);
  });

  it("are those that JSON cannot say, too, and their line leaves them out", () => {
    const odd = (repr: string) => ({ loss: { $type: "float", repr } });
    const rows = [{ loss: 3 }, odd("nan"), { loss: -1 }, odd("-inf"), odd("inf")].map((data) => sent(data));
    const [, series] = all(rows) as [Entry, SeriesEntry];
    expect(series.values).toEqual([3, Number.NaN, -1, -1 / 0, 1 / 0]);
    expect([series.least, series.most]).toEqual([-1, 3]);
    expect(linePoints(series, 100, 20)).toBe("0.0,0.0 50.0,20.0");
    expect([Number.NaN, 1 / 0, -1 / 0, 2 ** 70].map(significantNumber)).toEqual([
      "NaN",
      "∞",
      "-∞",
      "1.18e+21",
    ]);
  });

  it("may all be no numbers", () => {
    const rows = [1, 2].map(() => sent({ loss: { $type: "float", repr: "nan" } }));
    expect(linePoints(all(rows)[1] as SeriesEntry, 100, 20)).toBe("");
  });

  it("go on where one of them is missing for a while", () => {
    const rows = [{ a: 1, b: 1 }, { a: 2 }, { b: 3 }, { a: 4, b: 4 }].map((data) => sent(data));
    expect(written(all(rows))).toEqual(["/work 4", "a 1 2 4", "b 1 3 4"]);
  });

  it("of a bar are no line", () => {
    const rows = [0, 3].map((total) => sent({ done: total, total }));
    expect(written(all(rows))).toEqual(["/work 2", "done 3/3"]);
  });

  it("have a line of no more points than can be seen", () => {
    const rows = Array.from({ length: 50_000 }, (_, nth) => sent(nth === 31_000 ? 99 : Math.sin(nth)));
    const series = all(rows)[1] as SeriesEntry;
    const points = linePoints(series, 150, 20).split(" ");
    expect(points.length).toBeLessThanOrEqual(300);
    expect(points.some((point) => point.endsWith(",0.0"))).toBe(true); // the one that stands out is seen
  });

  it("that never change are a line in the middle", () => {
    expect(linePoints(all([sent(2), sent(2)])[1] as SeriesEntry, 10, 20)).toBe("0.0,10.0 10.0,10.0");
  });
});

describe("everything", () => {
  it("stands under its namespace and node", () => {
    const rows = [
      sent("a"),
      sent({ progress: 1, total: 2 }, "tools", "team:1"),
      sent("b"),
      sent([1], "tools", "team:1"),
    ];
    expect(written(all(rows))).toEqual(["/work 2", "#0", "#2", "team:1/tools 2", "progress 1/2", "#3"]);
  });

  it("of several visits of a subgraph stands together, told apart where it has the same name", () => {
    const rows = ["t:1", "t:2|0"].flatMap((namespace) => [
      sent({ done: 1, total: 2 }, "a", namespace),
      sent({ file: namespace, done: 2, total: 2 }, "a", namespace),
      sent("x", "a", namespace),
    ]);
    expect(written(all(rows))).toEqual([
      "t:1/a 6",
      "done #1 1/2",
      "t:1 2/2",
      "done #2 1/2",
      "t:2|0 2/2",
      "#2",
      "#5",
    ]);
    expect(all(rows)[0]).toMatchObject({ visits: 2 });
  });

  it("that does not pass the filter is left out, with its head", () => {
    const rows = [sent("a"), sent("b", "other")];
    expect(written(entriesOf(rows, (row) => row.node === "other"))).toEqual(["/other 1", "#1"]);
  });

  it("has a key of its own", () => {
    const rows = [sent("a"), sent(1), sent(2), sent({ done: 1, total: 2 }), sent("a", "other")];
    const keys = all(rows).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("numbers", () => {
  it.each([
    [1234567, "1,234,567"],
    [0.123456, "0.1235"],
    [1234.5678, "1235"],
    [0.00001234, "1.23e-5"],
    [-2.5e9 + 0.5, "-2.50e+9"],
  ])("%d is %s", (value, text) => {
    expect(significantNumber(value)).toBe(text);
  });
});

describe("a node that has ended", () => {
  const task = (node: string, status: "running" | "success" | "error", namespace = "") => ({
    namespace,
    node,
    status,
  });

  it("has a task that ended, and none that goes on", () => {
    const ended = endedNodeTest([
      task("work", "success"),
      task("loop", "success"),
      task("loop", "running"),
      task("work", "running", "team:1"),
      task("failed", "error"),
    ]);
    expect(ended(sent(1, "work"))).toBe(true);
    expect(ended(sent(1, "failed"))).toBe(true);
    expect(ended(sent(1, "loop"))).toBe(false);
    expect(ended(sent(1, "work", "team:1"))).toBe(false);
    expect(ended(sent(1, "unknown"))).toBe(false);
  });
});
