import { h, render } from "preact";
import { describe, expect, it, vi } from "vitest";
import type { EventRow, MessageRow, NamespaceRow } from "../../src/core/schema";
import type { Store } from "../../src/core/store";
import { envelopeOf, hasFilters, modeOptions, eventQueryOf } from "../../src/panels/events/data";
import { EventPages, PAGE } from "../../src/panels/events/pages";
import {
  buildCards,
  endingOf,
  groupParallel,
  splitEarlierMessages,
  reuseUnchangedCards,
  speedOf,
  withStreamingCalls,
} from "../../src/panels/tokens/data";
import { EarlierMessages } from "../../src/panels/tokens/EarlierMessages";
import { tokens } from "../../src/panels/tokens/panel";
import { NO_FILTER } from "../../src/state/filter";
import { namespaceOptions, nodeOptions, tagOptions } from "../../src/state/options";
import type { Scope } from "../../src/state/selection";
import { message, task } from "../builders";

describe("tokens: cards", () => {
  const call = { id: "c1", name: "search", args: { query: "turtles" } };
  const asking = message("m1", { tool_calls: [call] });
  const result = message("t1", { role: "tool", tool_call_id: "c1" });

  it("tie a tool's result to the call that asked for it", () => {
    const cards = buildCards([asking, result, message("m2")]);
    expect(cards.map(({ row }) => row.message_id)).toEqual(["m1", "m2"]);
    expect(cards[0]?.calls).toEqual([{ index: "0", ...call, result }]);
  });

  it("show a result whose call is not known on its own", () => {
    expect(buildCards([result]).map(({ row }) => row.message_id)).toEqual(["t1"]);
  });

  it("give a result to one of two messages that repeat a call", () => {
    const cards = buildCards([asking, message("m1b", { tool_calls: [call] }), result]);
    expect(cards.map(({ calls }) => calls[0]?.result?.message_id)).toEqual(["t1", undefined]);
  });

  it("stay the same objects until something of them changes", () => {
    const before = buildCards([asking, message("m2")]);
    const after = reuseUnchangedCards(before, buildCards([asking, message("m2b"), result]));
    expect(after[0]).not.toBe(before[0]); // it has a result now
    const again = reuseUnchangedCards(after, buildCards([asking, message("m2b"), result]));
    expect(again[0]).toBe(after[0]);
  });
});

describe("tokens: what was there before the run", () => {
  const rows = [
    message("h1", { role: "human", source: "history" }),
    message("h2", { source: "history" }),
    message("q", { role: "human", source: "input" }),
    message("a", { source: "model" }),
  ];

  it("is apart from the question and the answers", () => {
    const { earlier, own } = splitEarlierMessages(rows);
    expect(earlier.map(({ message_id }) => message_id)).toEqual(["h1", "h2"]);
    expect(own.map(({ message_id }) => message_id)).toEqual(["q", "a"]);
  });

  it.each([
    [0, "2 earlier messages"],
    [43, "45 earlier messages · the newest 2"],
  ])("is counted with the %i that have no row", (omitted, title) => {
    const host = document.createElement("div");
    render(h(EarlierMessages, { rows: splitEarlierMessages(rows).earlier, omitted }), host);
    expect(host.textContent?.replace(/\s/g, " ")).toBe(title);
  });

  it("is not counted, nor is the question", () => {
    const store = { hasRows: true, tables: { messages: { rows } } } as unknown as Store;
    expect(tokens.count(store)).toBe(1);
  });
});

describe("tokens: how a message ended", () => {
  it.each([
    [{ status: "success", finish_reason: "stop" }, null],
    [
      { status: "incomplete", finish_reason: "max_tokens" },
      { status: "incomplete", word: "max_tokens" },
    ],
    [
      { status: "incomplete", finish_reason: null },
      { status: "incomplete", word: null },
    ],
    [
      { status: "error", finish_reason: "stop" },
      { status: "error", word: null },
    ],
    [
      { status: "success", blocks: [{ type: "refusal", refusal: "No." }] },
      { status: "refused", word: null },
    ],
    [
      { status: "incomplete", finish_reason: "refusal" },
      { status: "refused", word: null },
    ],
  ] as const)("%j is %j", (fields, ending) => {
    expect(endingOf(message("m", fields as unknown as Partial<MessageRow>))).toEqual(ending);
  });
});

describe("tokens: calls that stream", () => {
  const known = { index: "0", id: "c", name: "f", args: {}, result: null };

  it("stand after those that are known", () => {
    const calls = withStreamingCalls([known], ["0", "1"]);
    expect(calls.map(({ index, args }) => [index, args])).toEqual([
      ["0", {}],
      ["1", undefined],
    ]);
  });

  it("are none once the list is complete", () => {
    expect(withStreamingCalls([known], ["0"])).toEqual([known]);
  });
});

describe("tokens: groups", () => {
  const at = (id: string, from: number, to: number | null, fields = {}) =>
    message(id, { first_token_time: from, start_time: 0, end_time: to, ...fields });
  const groupsOf = (...rows: ReturnType<typeof at>[]) =>
    groupParallel(buildCards(rows)).map(({ cards }) => cards.map(({ row }) => row.message_id).join(" "));

  it("hold what was said at the same time", () => {
    expect(groupsOf(at("a", 1, 4), at("b", 2, 5), at("c", 3, null))).toEqual(["a b c"]);
  });

  it("do not hold what came one after the other", () => {
    expect(groupsOf(at("a", 1, 2), at("b", 3, 4))).toEqual(["a", "b"]);
  });

  it("end when one of them has ended", () => {
    expect(groupsOf(at("a", 1, 3), at("b", 2, 9), at("a2", 4, 6))).toEqual(["a b", "a2"]);
  });

  it("hold only a few, so that of hundreds those on screen are drawn", () => {
    const groups = groupsOf(...Array.from({ length: 300 }, (_, nth) => at(`m${nth}`, 1, null)));
    expect(groups[0]).toBe("m0 m1 m2 m3 m4 m5");
    expect(groups.join(" ").split(" ")).toHaveLength(300);
    expect(Math.max(...groups.map((group) => group.split(" ").length))).toBe(6);
  });

  it("are for models' messages alone", () => {
    expect(groupsOf(at("h", 1, null, { role: "human" }), at("a", 1, null))).toEqual(["h", "a"]);
  });
});

describe("tokens: speed", () => {
  it("is counted from the first token to the end", () => {
    const row = message("m", {
      first_token_time: 2,
      end_time: 4,
      output_tokens: 100,
      time_to_first_token: 0.5,
    });
    expect(speedOf(row)).toEqual({ firstToken: 0.5, perSecond: 50 });
  });

  it("is not told of what came whole", () => {
    expect(speedOf(message("m", { end_time: 4, output_tokens: 100 })).perSecond).toBeNull();
  });
});

describe("events: filter", () => {
  const scope = (events: object) =>
    ({ selection: { kind: "task", id: "t" }, label: "", has: () => true, events }) as Scope;

  it("sends only what narrows", () => {
    expect(eventQueryOf([], NO_FILTER, null, [""])).toEqual({});
    expect(hasFilters(eventQueryOf([], NO_FILTER, null, []))).toBe(false);
    expect(eventQueryOf(["custom"], { ...NO_FILTER, text: "x", nodes: ["a"] }, null, [])).toEqual({
      modes: ["custom"],
      nodes: ["a"],
      text: "x",
    });
    expect(eventQueryOf([], { ...NO_FILTER, steps: [2, null] }, null, [])).toEqual({ steps: [2, null] });
    expect(eventQueryOf([], { ...NO_FILTER, tags: ["joke"] }, null, [])).toEqual({ tags: ["joke"] });
  });

  it("sends a namespace with those inside it", () => {
    const filter = { ...NO_FILTER, namespaces: ["a:1"] };
    expect(eventQueryOf([], filter, null, ["", "a:1", "a:1|b:2", "a:10"])).toEqual({
      namespaces: ["a:1", "a:1|b:2"],
    });
  });

  it("sends what is selected, within the filter", () => {
    expect(eventQueryOf([], NO_FILTER, scope({ tasks: ["t"] }), [])).toEqual({ tasks: ["t"] });
    expect(eventQueryOf([], { ...NO_FILTER, nodes: ["a", "b"] }, scope({ nodes: ["b", "c"] }), [])).toEqual({
      nodes: ["b"],
    });
  });

  it("offers the modes asked for, then others that were seen", () => {
    expect(modeOptions(["values"], ["custom", "values"])).toEqual(["values", "custom"]);
  });

  it("tells namespaces of one path apart, and offers them together", () => {
    const rows = ["", "w:aaaa1111", "w:bbbb2222"].map((namespace) => ({ namespace }) as NamespaceRow);
    const options = namespaceOptions(rows);
    expect(options.map(({ label }) => label)).toEqual(["root", "w (all 2)", "w (1)", "w (2)"]);
    expect(options[1]?.values).toEqual(["w:aaaa1111", "w:bbbb2222"]);
  });

  it("offers so many of one path only together", () => {
    const rows = Array.from({ length: 40 }, (_, n) => ({ namespace: `w:${n}` }) as NamespaceRow);
    expect(namespaceOptions(rows).map(({ label }) => label)).toEqual(["w (all 40)"]);
  });

  it("offers nodes and tags as they appeared", () => {
    const rows = [message("a", { tags: ["joke"] }), message("b", { node: "write", tags: ["joke", "x"] })];
    expect(nodeOptions([task("t", { node: "plan" })], rows).map(({ label }) => label)).toEqual([
      "plan",
      "model",
      "write",
    ]);
    expect(tagOptions(rows, ["chosen"]).map(({ label }) => label)).toEqual(["chosen", "joke", "x"]);
  });

  it("shows of an event what is known", () => {
    const row = { namespace: "", node: "a", step: 0, task_id: null } as EventRow;
    expect(envelopeOf(row)).toEqual([
      ["node", "a"],
      ["step", 0],
    ]);
  });
});

describe("events: pages", () => {
  const rows = (offset: number, count: number) =>
    Array.from({ length: count }, (_, nth) => ({ seq: offset + nth }) as EventRow);
  const kernel = (total: () => number) =>
    vi.fn(async (offset: number, limit: number) => ({
      total: total(),
      rows: rows(offset, Math.max(0, Math.min(limit, total() - offset))),
    }));
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it("are fetched where the reader looks, once", async () => {
    const fetch = kernel(() => 1_000);
    const pages = new EventPages(fetch, () => undefined);
    pages.loadRange(150, 320);
    pages.loadRange(180, 330);
    await settled();
    expect(fetch.mock.calls.map(([offset]) => offset)).toEqual([100, 200, 300]);
    expect(pages.row(250)?.seq).toBe(250);
    expect(pages.row(50)).toBeUndefined();
    pages.loadRange(150, 320);
    await settled();
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it("that were not full are fetched again when events were added", async () => {
    let total = 30;
    const fetch = kernel(() => total);
    const pages = new EventPages(fetch, () => undefined);
    pages.loadRange(0, 1);
    await settled();
    pages.loadRange(0, 30);
    await settled();
    expect(fetch).toHaveBeenCalledTimes(1);
    total = 45;
    pages.reloadLastPage();
    await settled();
    expect(pages.total).toBe(45);
    expect(pages.row(44)?.seq).toBe(44);
  });

  it("find what lies beyond a full last page", async () => {
    let total = PAGE;
    const fetch = kernel(() => total);
    const pages = new EventPages(fetch, () => undefined);
    pages.loadRange(0, PAGE);
    await settled();
    total = PAGE + 5;
    pages.reloadLastPage();
    await settled();
    pages.loadRange(PAGE, PAGE + 5);
    await settled();
    expect(pages.row(PAGE + 4)?.seq).toBe(PAGE + 4);
  });

  it("tell why they are not there, and try again", async () => {
    const fetch = vi
      .fn()
      .mockRejectedValueOnce(new Error("The kernel did not answer."))
      .mockResolvedValue({ total: 1, rows: rows(0, 1) });
    const changed = vi.fn();
    const pages = new EventPages(fetch, changed);
    pages.loadRange(0, 1);
    await settled();
    expect(pages.problem).toBe("The kernel did not answer.");
    pages.loadRange(0, 1);
    await settled();
    expect(pages.problem).toBeNull();
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it("say nothing once they are closed", async () => {
    const changed = vi.fn();
    const pages = new EventPages(
      kernel(() => 1),
      changed,
    );
    pages.loadRange(0, 1);
    pages.close();
    await settled();
    expect(changed).not.toHaveBeenCalled();
  });
});
