import { describe, expect, it, vi } from "vitest";
import type { Row } from "../../src/core/schema";
import { Store } from "../../src/core/store";
import { FilterStore, isFiltering, matchesFilter, NO_FILTER } from "../../src/state/filter";
import { SelectionStore, scopeOf } from "../../src/state/selection";
import { message, task } from "../builders";

const T1 = "aaaa-1";
const INSIDE = `researcher:${T1}`;

function tables() {
  const store = new Store(() => () => undefined);
  store.tables.tasks.upsert(task(T1, { node: "researcher", step: 2 }));
  store.tables.tasks.upsert(task("bbbb-2", { node: "model", namespace: INSIDE, step: 1 }));
  store.tables.messages.upsert(message("m1", { namespace: INSIDE, task_id: "bbbb-2", speaker: "scout" }));
  store.tables.namespaces.upsert({ namespace: INSIDE } as never);
  return store.tables;
}

describe("what belongs to", () => {
  it("a task: its rows, those of its subgraph, and what its node changed in its step", () => {
    const scope = scopeOf({ kind: "task", id: T1 }, tables());
    expect(scope?.label).toBe("task researcher · step 2");
    const has = (row: Row) => scope?.has(row);
    expect(has({ task_id: T1, namespace: "" })).toBe(true);
    expect(has({ task_id: "bbbb-2", namespace: INSIDE })).toBe(true);
    expect(has({ namespace: "", step: 2, nodes: ["researcher"] })).toBe(true);
    expect(has({ namespace: "", step: 1, nodes: ["researcher"] })).toBe(false);
    expect(has({ namespace: "", step: 2, nodes: ["other"] })).toBe(false);
    expect(has({ task_id: "cccc", namespace: "", step: 2, node: "researcher" })).toBe(false);
    expect(scope?.events).toEqual({ tasks: [T1] });
  });

  it("a message: itself, and what its task did", () => {
    const scope = scopeOf({ kind: "message", id: "m1" }, tables());
    expect(scope?.label).toBe("message of scout");
    expect(scope?.has(message("m1"))).toBe(true);
    expect(scope?.has(message("m2", { namespace: INSIDE, task_id: "bbbb-2" }))).toBe(false);
    expect(scope?.has({ namespace: INSIDE, step: 1, nodes: ["model"] })).toBe(true);
  });

  it("a namespace: all that is inside", () => {
    const scope = scopeOf({ kind: "namespace", id: INSIDE }, tables());
    expect(scope?.has({ namespace: `${INSIDE}|x:1` })).toBe(true);
    expect(scope?.has({ namespace: "" })).toBe(false);
    expect(scope?.events).toEqual({ namespaces: [INSIDE] });
  });

  it("a node, by its name or by the way to it", () => {
    const has = (id: string, row: Row) => scopeOf({ kind: "node", id }, tables())?.has(row);
    expect(has("model", { namespace: INSIDE, node: "model" })).toBe(true);
    expect(has("researcher:model", { namespace: INSIDE, node: "model" })).toBe(true);
    expect(has("researcher:model", { namespace: "", node: "model" })).toBe(false);
    expect(has("researcher", { namespace: INSIDE, node: "tools" })).toBe(true);
    expect(has("research", { namespace: INSIDE, node: "tools" })).toBe(false);
  });

  it("a step: the root's, with the subgraphs that ran in it", () => {
    const has = (row: Row) => scopeOf({ kind: "step", id: 2 }, tables())?.has(row);
    expect(has({ namespace: "", step: 2 })).toBe(true);
    expect(has({ namespace: INSIDE, step: 7 })).toBe(true);
    expect(has({ namespace: "", step: 7 })).toBe(false);
  });

  it("nothing, when what was selected is not known", () => {
    expect(scopeOf(null, tables())).toBeNull();
    expect(scopeOf({ kind: "task", id: "?" }, tables())).toBeNull();
  });
});

describe("the selection", () => {
  it("is told to whoever listens, once", () => {
    const store = new SelectionStore();
    const heard = vi.fn();
    const stop = store.subscribe(heard);
    store.set({ kind: "task", id: "a" });
    store.set({ kind: "task", id: "a" });
    expect(heard).toHaveBeenCalledTimes(1);
    store.toggle({ kind: "task", id: "a" });
    expect(store.get()).toBeNull();
    stop();
    store.set({ kind: "node", id: "a" });
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

describe("the filter", () => {
  const row = {
    namespace: `${INSIDE}|w:9`,
    node: "model",
    step: 3,
    tags: ["joke"],
    data: { text: "Turtle" },
  };

  it.each([
    [{}, true],
    [{ namespaces: [INSIDE] }, true],
    [{ namespaces: [""] }, false],
    [{ nodes: ["model"] }, true],
    [{ nodes: ["researcher"] }, true],
    [{ nodes: ["plan"] }, false],
    [{ steps: [3, null] as const }, true],
    [{ steps: [null, 2] as const }, false],
    [{ tags: ["joke", "x"] }, true],
    [{ tags: ["x"] }, false],
    [{ text: "turtle" }, true],
    [{ text: "tortoise" }, false],
    [{ nodes: ["model"], text: "tortoise" }, false],
  ])("%j: %j", (fields, passes) => {
    expect(matchesFilter({ ...NO_FILTER, ...fields }, row)).toBe(passes);
    expect(isFiltering({ ...NO_FILTER, ...fields })).toBe(Object.keys(fields).length > 0);
  });

  it("does not exclude by a column that a table has not", () => {
    const bare = { namespace: "", node: "model" };
    expect(matchesFilter({ ...NO_FILTER, tags: ["joke"], steps: [1, 2] }, bare)).toBe(true);
    expect(matchesFilter({ ...NO_FILTER, steps: [1, 2] }, { ...bare, step: null })).toBe(false);
  });

  it("knows who wrote a change of the state", () => {
    expect(matchesFilter({ ...NO_FILTER, nodes: ["b"] }, { namespace: "", nodes: ["a", "b"] })).toBe(true);
  });

  it("looks in text that stands elsewhere", () => {
    const filter = { ...NO_FILTER, text: "elsewhere" };
    expect(matchesFilter(filter, message("m"), () => "Said Elsewhere")).toBe(true);
  });

  it("begins as the run says, until the reader chooses", () => {
    const store = new FilterStore();
    store.setInitial({ tags: [], nodes: [] });
    expect(store.get()).toBe(NO_FILTER);
    store.setInitial({ tags: ["joke"], nodes: ["write"] });
    expect(store.get()).toEqual({ ...NO_FILTER, tags: ["joke"], nodes: ["write"] });
    store.set(NO_FILTER);
    store.setInitial({ tags: ["joke"], nodes: [] });
    expect(store.get()).toBe(NO_FILTER);
  });
});
