import { describe, expect, it } from "vitest";
import type { Json, StateDiffRow } from "../../src/core/schema";
import { applyDiffs, UNKNOWN_VALUE } from "../../src/panels/memory/applyDiffs";
import { fieldChangesOf, namespacesOf, operationsOf } from "../../src/panels/memory/data";
import { hasPlans } from "../../src/panels/memory/planValues";
import { plansOf } from "../../src/panels/memory/plans";
import { storeOp } from "../builders";

const all = () => true;
const TWO = [
  { content: "look", status: "pending" },
  { content: "write", status: "pending" },
];

function diff(seq: number, op: string, path: string, after: Json, before: Json = null): StateDiffRow {
  const key = path.split("/")[1] as string;
  const place = { namespace: "", step: seq, nodes: [`n${seq}`], timestamp: seq };
  return { seq, op, path, key, after, before, ...place } as unknown as StateDiffRow;
}

describe("operations on a store", () => {
  const rows = [
    storeOp("put", { store_namespace: "users.ada", key: "likes" }),
    storeOp("put", { store_namespace: "usersx", key: "likes" }),
    storeOp("search", { store_namespace: "users" }),
    storeOp("list_namespaces"),
  ];

  it("make a tree of the namespaces, each with how many were in it", () => {
    const tree = namespacesOf(rows).map(({ name, label, depth, count }) => [name, label, depth, count]);
    expect(tree).toEqual([
      ["users", "users", 0, 2],
      ["users.ada", "ada", 1, 1],
      ["usersx", "usersx", 0, 1],
    ]);
  });

  it("narrow to those in a namespace, with their places in the table", () => {
    expect(operationsOf(rows, all, null).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(operationsOf(rows, all, "users").map(({ index }) => index)).toEqual([0, 2]);
    expect(operationsOf(rows, ({ op }) => op === "search", null).map(({ index }) => index)).toEqual([2]);
  });

  it("change fields, where what was there is known", () => {
    const fields = { before: { a: 1, b: 2, c: 3 }, value: { a: 1, b: 4, d: 5 } };
    expect(fieldChangesOf(storeOp("put", { effect: "changed", ...fields }))).toEqual([
      { name: "b", before: 2, after: 4 },
      { name: "c", before: 3, after: undefined },
      { name: "d", before: undefined, after: 5 },
    ]);
    expect(fieldChangesOf(storeOp("put", { effect: "unknown", value: { a: 1 } }))).toBe(null);
  });
});

describe("todos", () => {
  it("are followed from step to step", () => {
    const rows = [
      diff(1, "add", "/todos", TWO),
      diff(2, "change", "/todos/0/status", "completed", "pending"),
      diff(3, "append", "/todos", [{ content: "send", status: "in_progress" }]),
      diff(4, "remove", "/todos/1", null, TWO[1] as Json),
    ];
    expect(hasPlans(rows)).toBe(true);
    const [plan] = plansOf(rows);
    const words = plan?.todos.map(({ value }) =>
      value.map(({ content, status }) => `${content} ${status}`).join(", "),
    );
    expect(words).toEqual([
      "look pending, write pending",
      "look completed, write pending",
      "look completed, write pending, send in_progress",
      "look completed, send in_progress",
    ]);
    expect(plan?.todos.map(({ nodes }) => nodes)).toEqual([["n1"], ["n2"], ["n3"], ["n4"]]);
  });

  it("that no deep agent writes are none", () => {
    const rows = [diff(1, "add", "/todos", ["look"]), diff(1, "add", "/files", ["a.txt"])];
    expect(hasPlans(rows)).toBe(false);
    expect(plansOf(rows)).toEqual([]);
    expect(hasPlans([diff(1, "add", "/todos", [])])).toBe(false);
  });

  it("are unknown after a change that is too big, until the whole is written", () => {
    const big = { $big: 1_000_000, preview: "[" } as Json;
    expect(applyDiffs(TWO, [diff(1, "change", "/todos/0/content", big)])).toBe(UNKNOWN_VALUE);
    const [plan] = plansOf([
      diff(1, "add", "/todos", TWO),
      diff(2, "change", "/todos/0/content", big),
      diff(3, "change", "/todos/0/status", "completed"),
      diff(4, "change", "/todos", [], TWO),
    ]);
    expect(plan?.isPartial).toBe(true);
    expect(plan?.todos.map(({ row }) => row.seq)).toEqual([1, 4]);
  });
});

describe("files", () => {
  it("have a version for each step that changed them", () => {
    const rows = [
      diff(1, "add", "/files", { "/a/b.md": { content: ["one", "two"] } }),
      diff(2, "change", "/files/~1a~1b.md/content/1", "three", "two"),
      diff(2, "add", "/files/c", "text"),
      diff(3, "remove", "/files/c", null, "text"),
    ];
    const [plan] = plansOf(rows);
    const versions = plan?.files.map(({ path, versions }) => [path, versions.map(({ value }) => value)]);
    expect(versions).toEqual([
      ["/a/b.md", ["one\ntwo", "one\nthree"]],
      ["c", ["text", null]],
    ]);
  });

  it("show the versions of the steps that pass the filter", () => {
    const rows = [diff(1, "add", "/files", { a: "x" }), diff(2, "change", "/files/a", "y", "x")];
    const [plan] = plansOf(rows, ({ step }) => step === 2);
    expect(plan?.files.map(({ versions }) => versions.map(({ value }) => value))).toEqual([["y"]]);
  });
});
