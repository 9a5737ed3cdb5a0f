import { afterEach, describe, expect, it, vi } from "vitest";
import { scheduleOnFrame, isRunUnknown, Store } from "../../src/core/store";
import { byHand, delta, snapshot } from "../builders";

function storeByHand() {
  const schedule = byHand();
  return { schedule, store: new Store(schedule, () => 0) };
}

describe("rows", () => {
  it("are upserted by key, in order of first appearance", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { tasks: [{ task_id: "a", status: "running" }, { task_id: "b" }] } }));
    store.apply(delta(2, { rows: { tasks: [{ task_id: "a", end_time: 3 }] } }));
    expect(store.tables.tasks.rows).toEqual([
      { task_id: "a", status: "running", end_time: 3 },
      { task_id: "b" },
    ]);
    expect(store.tables.tasks.get("b")).toEqual({ task_id: "b" });
  });

  it("get a new identity when they change, and keep it when they do not", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { tasks: [{ task_id: "a" }, { task_id: "b" }] } }));
    const [a, b] = store.tables.tasks.rows;
    store.apply(delta(2, { rows: { tasks: [{ task_id: "a", status: "success" }] } }));
    expect(store.tables.tasks.rows[0]).not.toBe(a);
    expect(store.tables.tasks.rows[1]).toBe(b);
  });

  it("are appended where there is no key", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { custom: [{ seq: 1 }, { seq: 1 }] } }));
    expect(store.tables.custom.rows).toHaveLength(2);
  });

  it("of the root namespace have the empty key", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { namespaces: [{ namespace: "", status: "running" }] } }));
    store.apply(delta(2, { rows: { namespaces: [{ namespace: "", status: "success" }] } }));
    expect(store.tables.namespaces.rows).toEqual([{ namespace: "", status: "success" }]);
  });

  it("are not there under a key that none has", () => {
    const { store } = storeByHand();
    expect(store.tables.tasks.get("a")).toBeUndefined();
    store.apply(delta(1, { rows: { tasks: [{ task_id: "a" }, { task_id: "b" }] } }));
    expect(store.tables.tasks.get("c")).toBeUndefined();
  });

  it("have their changes counted", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { tasks: [{ task_id: "a" }], custom: [{ seq: 0 }] } }));
    store.apply(delta(2, { rows: { tasks: [{ task_id: "a" }] } }));
    expect([store.tables.tasks.version, store.tables.custom.version]).toEqual([2, 1]);
    store.apply(snapshot(3));
    expect([store.tables.tasks.version, store.tables.custom.version]).toEqual([3, 2]);
  });

  it("are counted by the summary until they are here", () => {
    const { store } = storeByHand();
    expect([store.hasRows, store.rowCount("tasks")]).toEqual([false, 0]);
    store.mergeSummary({ counts: { tasks: 3 } });
    expect([store.hasRows, store.rowCount("tasks")]).toEqual([false, 3]);
    store.apply(snapshot(1, { rows: { tasks: [{ task_id: "a" }] } }));
    expect([store.hasRows, store.rowCount("tasks")]).toEqual([true, 1]);
  });

  it("of a table that is not known here are left out", () => {
    const { store } = storeByHand();
    expect(store.apply(delta(1, { rows: { novelties: [{ a: 1 }] } }))).toBe("applied");
  });
});

describe("numbers", () => {
  it("make a message that comes twice count once", () => {
    const { store } = storeByHand();
    const message = delta(1, { rows: { custom: [{ seq: 1 }] }, text: [["m", "text", 0, "Hi"]] });
    expect(store.apply(message)).toBe("applied");
    expect(store.apply(message)).toBe("stale");
    expect(store.tables.custom.rows).toHaveLength(1);
    expect(String(store.textOf("m").text)).toBe("Hi");
  });

  it("show a gap: rows wait for the snapshot, the header does not", () => {
    const { store } = storeByHand();
    store.apply(delta(1));
    const late = { rows: { tasks: [{ task_id: "a" }] }, counts: { events: 9 }, summary: { steps: 4 } };
    expect(store.apply(delta(3, late))).toBe("gap");
    expect(store.tables.tasks.rows).toEqual([]);
    expect(store.counts.events).toBe(9);
    expect(store.summary.steps).toBe(4);
    expect(store.last).toBe(1);
  });

  it("may stand for several, and follow the one before those", () => {
    const store = new Store();
    expect(store.apply(delta(1))).toBe("applied");
    expect(store.apply(delta(4, { since: 1 }))).toBe("applied");
    expect(store.apply(delta(5))).toBe("applied");
    expect(store.apply(delta(9, { since: 6 }))).toBe("gap");
    expect(store.apply(delta(9, { since: 4 }))).toBe("gap");
  });

  it("show a gap in a text", () => {
    const { store } = storeByHand();
    expect(store.apply(delta(1, { text: [["m", "text", 5, "late"]] }))).toBe("gap");
    expect(store.last).toBe(0);
  });

  it("go on after a snapshot", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { custom: [{ seq: 0 }] } }));
    store.apply(snapshot(7, { rows: { custom: [{ seq: 0 }, { seq: 1 }] }, text: [["m", "text", 0, "All"]] }));
    expect(store.tables.custom.rows).toHaveLength(2);
    expect(store.apply(delta(7))).toBe("stale");
    expect(store.apply(delta(8, { text: [["m", "text", 3, " of it"]] }))).toBe("applied");
    expect(String(store.textOf("m").text)).toBe("All of it");
  });
});

describe("a snapshot", () => {
  it("that another view asked for changes nothing", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { rows: { custom: [{ seq: 0 }] } }));
    const rows = store.tables.custom.rows;
    expect(store.apply(snapshot(1))).toBe("stale");
    expect(store.tables.custom.rows).toBe(rows);
  });

  it("is taken by a view that knows nothing yet", () => {
    expect(storeByHand().store.apply(snapshot(0))).toBe("applied");
    const { store } = storeByHand();
    expect(store.apply(snapshot(1, { rows: { tasks: [{ task_id: "a" }] } }))).toBe("applied");
    expect(store.tables.tasks.rows).toHaveLength(1);
  });

  it("empties the texts that it does not speak of, and continues those it does", () => {
    const { store } = storeByHand();
    store.apply(
      delta(1, {
        text: [
          ["m", "text", 0, "kept"],
          ["m", "reasoning", 0, "gone"],
        ],
      }),
    );
    store.apply(snapshot(3, { text: [["m", "text", 0, "kept and more"]] }));
    const { text, reasoning } = store.textOf("m");
    expect(String(text)).toBe("kept and more");
    expect(text.generation).toBe(0);
    expect(String(reasoning)).toBe("");
    for (const kind of ["text", "reasoning", "tool_call:0"]) {
      store.apply(snapshot(store.last + 1, { text: [["n", kind, 0, "kept"]] }));
      store.apply(snapshot(store.last + 1, { text: [["n", kind, 0, "kept and more"]] }));
      const known = store.textOf("n").textOfKind(kind);
      expect([String(known), known?.generation]).toEqual(["kept and more", 0]);
    }
  });

  it("empties every kind of text that it does not speak of, and those who show the message hear so", () => {
    const { store, schedule } = storeByHand();
    store.apply(
      delta(1, {
        text: [
          ["m", "text", 0, "gone"],
          ["m", "tool_call:0", 0, "gone"],
          ["m", "tool_call:1", 0, "kept"],
        ],
      }),
    );
    schedule.tick();
    const listener = vi.fn();
    store.subscribe(["text:m"], listener);
    store.apply(snapshot(2, { text: [["m", "tool_call:1", 0, "kept"]] }));
    schedule.tick();
    const { text, toolCalls } = store.textOf("m");
    expect([String(text), ...[...toolCalls.values()].map(String)]).toEqual(["", "", "kept"]);
    expect(listener).toHaveBeenCalledTimes(1);
    store.apply(snapshot(3));
    schedule.tick();
    expect(listener).toHaveBeenCalledTimes(2);
  });
});

describe("listeners", () => {
  it("hear once a frame, and only of their topics", () => {
    const { store, schedule } = storeByHand();
    const [tasks, text, other] = [vi.fn(), vi.fn(), vi.fn()];
    store.subscribe(["tasks"], tasks);
    store.subscribe(["text:m"], text);
    store.subscribe(["text:n", "custom"], other);
    for (const n of [1, 2, 3]) {
      store.apply(delta(n, { rows: { tasks: [{ task_id: `${n}` }] }, text: [["m", "text", n - 1, "x"]] }));
    }
    expect(tasks).not.toHaveBeenCalled();
    schedule.tick();
    expect(tasks).toHaveBeenCalledTimes(1);
    expect(text).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });

  it("hear when one of their topics changes", () => {
    const { store, schedule } = storeByHand();
    const listener = vi.fn();
    store.subscribe(["tasks", "custom"], listener);
    store.apply(delta(1, { rows: { custom: [{ seq: 0 }] } }));
    schedule.tick();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("hear of the summary, of its counts and of the link, each when it changes", () => {
    const { store, schedule } = storeByHand();
    const [summary, counts, link, tasks] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    store.subscribe(["summary"], summary);
    store.subscribe(["counts"], counts);
    store.subscribe(["link"], link);
    store.subscribe(["tasks"], tasks);
    const heard = () => [summary, counts, link, tasks].map((listener) => listener.mock.calls.length);
    store.mergeSummary({ steps: 1 });
    schedule.tick();
    expect(heard()).toEqual([1, 0, 0, 0]);
    store.mergeSummary({ counts: { events: 1 } });
    schedule.tick();
    expect(heard()).toEqual([2, 1, 0, 0]);
    expect(store.counts).toEqual({ events: 1 });
    store.setLink({ state: "live" });
    schedule.tick();
    store.setLink({ state: "live" });
    schedule.tick();
    expect(heard()).toEqual([2, 1, 1, 0]);
    store.apply(delta(1, { rows: { tasks: [] } }));
    schedule.tick();
    expect(heard()).toEqual([2, 1, 1, 0]);
  });

  it("hear nothing after they stopped, and nothing is due after disposal", () => {
    const { store, schedule } = storeByHand();
    const listener = vi.fn();
    const stop = store.subscribe(["tasks"], listener);
    store.apply(delta(1, { rows: { tasks: [{ task_id: "a" }] } }));
    stop();
    schedule.tick();
    expect(listener).not.toHaveBeenCalled();
    store.subscribe(["tasks"], listener);
    store.apply(delta(2, { rows: { tasks: [{ task_id: "b" }] } }));
    store.dispose();
    expect(schedule.waiting()).toBe(0);
    store.flush();
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("tool call arguments", () => {
  it("are kept by the call's index", () => {
    const { store } = storeByHand();
    store.apply(
      delta(1, {
        text: [
          ["m", "tool_call:0", 0, '{"a'],
          ["m", "tool_call:1", 0, "{}"],
        ],
      }),
    );
    store.apply(delta(2, { text: [["m", "tool_call:0", 3, '": 1}']] }));
    const calls = store.textOf("m").toolCalls;
    expect([...calls].map(([index, text]) => [index, String(text)])).toEqual([
      ["0", '{"a": 1}'],
      ["1", "{}"],
    ]);
  });
});

describe("texts", () => {
  it("are of a kind: one that is not known here is left out", () => {
    const { store } = storeByHand();
    store.apply(delta(1, { text: [["m", "reasoning", 0, "Hm"]] }));
    expect(store.apply(delta(2, { text: [["m", "novelty:0", 9, "?"]] }))).toBe("applied");
    const { text, reasoning, toolCalls } = store.textOf("m");
    expect([String(text), String(reasoning), toolCalls.size]).toEqual(["", "Hm", 0]);
  });
});

describe("the clock of the page", () => {
  it("says when the kernel's was heard", () => {
    const store = new Store(byHand());
    const before = performance.now();
    store.apply(delta(1, { elapsed: 2 }));
    expect(store.elapsed?.seconds).toBe(2);
    expect(store.elapsed?.heardAt).toBeGreaterThanOrEqual(before);
  });

  it("is heard of where a message says it, with the rate of its tokens", () => {
    const { store, schedule } = storeByHand();
    const listener = vi.fn();
    store.subscribe(["elapsed"], listener);
    const heard = [1, 2, 3].map((n) => {
      store.apply(delta(n, n === 2 ? { elapsed: null } : { elapsed: n, counts: { tokens: 10 * n } }));
      schedule.tick();
      return [listener.mock.calls.length, store.elapsed?.seconds];
    });
    expect(heard).toEqual([
      [1, 1],
      [1, 1],
      [2, 3],
    ]);
    expect(store.rate.rateAt(3)).toBe(10);
  });

  it("goes on while a run does, and stands while it has ended", () => {
    let time = 1_000;
    const store = new Store(byHand(), () => time);
    store.apply(delta(1, { elapsed: 2, summary: { status: "running" } }));
    time = 5_000;
    for (const status of ["running", "interrupted"] as const) {
      store.mergeSummary({ status });
      store.mergeSummary({ note: "that it did" });
      expect(store.elapsed).toEqual({ seconds: 2, heardAt: 1_000 });
    }
  });

  it("does not count the time until a run that waited goes on", () => {
    let time = 1_000;
    const store = new Store(byHand(), () => time);
    store.apply(delta(1, { elapsed: 2, summary: { status: "interrupted" } }));
    time = 61_000;
    store.mergeSummary({ status: "running" });
    expect(store.elapsed).toEqual({ seconds: 2, heardAt: 61_000 });
    time = 91_000;
    store.mergeSummary({ note: "it goes on" });
    expect(store.elapsed?.heardAt).toBe(61_000);
  });
});

describe("a frame", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is the page's, and can be called off", () => {
    const [asked, calledOff, flush] = [vi.fn(() => 7), vi.fn(), vi.fn()];
    vi.stubGlobal("requestAnimationFrame", asked);
    vi.stubGlobal("cancelAnimationFrame", calledOff);
    scheduleOnFrame(flush)();
    expect(asked).toHaveBeenCalledWith(flush);
    expect(calledOff).toHaveBeenCalledWith(7);
  });

  it("is a moment where there is no page", () => {
    vi.useFakeTimers();
    try {
      vi.stubGlobal("requestAnimationFrame", undefined);
      const [kept, calledOff] = [vi.fn(), vi.fn()];
      scheduleOnFrame(kept);
      scheduleOnFrame(calledOff)();
      vi.runAllTimers();
      expect(kept).toHaveBeenCalledTimes(1);
      expect(calledOff).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("how a run stands", () => {
  it.each([
    ["running", "gone", true],
    ["success", "gone", false],
    ["running", "live", false],
    ["success", "live", false],
  ] as const)("%s with a link that is %s: unknown is %s", (status, state, unknown) => {
    const { store } = storeByHand();
    store.mergeSummary({ status });
    store.setLink(state === "gone" ? { state, since: 0, reason: "no kernel" } : { state });
    expect(isRunUnknown(store)).toBe(unknown);
  });
});
