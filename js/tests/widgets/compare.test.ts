// Two runs side by side on a page without Jupyter: what a person finds there, by role and text.

import { describe, expect, it } from "vitest";
import { hostOf } from "../../fixtures/host";
import { FakeModel } from "../../fixtures/model";
import type { Row } from "../../src/core/schema";
import { begin } from "../../src/widgets/compare";
import { differenceText, diffBySide } from "../../src/widgets/compare/data";
import { button, byRole, eachOnItsOwn, frame, open, tab, text } from "../page";

eachOnItsOwn();

const run = (side: string, fields: object = {}): Row => ({
  run: side,
  run_id: `id-${side}`,
  name: "trip",
  status: "success",
  error: null,
  latency: 1,
  steps: 3,
  tasks: 3,
  messages: 2,
  tool_calls: 1,
  input_tokens: 10,
  output_tokens: 20,
  ...fields,
});
const at = { namespace: "team", node: "write", occurrence: 0 };
const message = (a: string | null, b: string | null, fields: object = {}): Row => ({
  ...at,
  role: "ai",
  text_a: a,
  text_b: b,
  same: a === b,
  words_kept: 0,
  words_added: 0,
  words_removed: 0,
  message_id_a: "1",
  message_id_b: "2",
  ...fields,
});
const differs = (key: string, before: string, after: string): Row => ({
  namespace: "",
  key,
  path: `/${key}`,
  op: "change",
  before,
  after,
  seq: 0,
  timestamp: 0,
  step: null,
  nodes: [],
});
const stop = (where: string, node: string, a: number | null, b: number | null): Row => ({
  in: where,
  namespace: "",
  node,
  position_a: a,
  position_b: b,
  step_a: a,
  step_b: b,
});
const took = (a: number | null, b: number | null): Row => ({
  ...at,
  step_a: 1,
  step_b: 1,
  status_a: a === null ? null : "success",
  status_b: b === null ? null : "error",
  latency_a: a,
  latency_b: b,
  latency_change: null,
  input_tokens_a: 1,
  input_tokens_b: 1,
  output_tokens_a: 1200,
  output_tokens_b: 0,
});

type Tables = Record<string, readonly Row[]>;

const PARTED: Tables = {
  runs: [run("a"), run("b", { latency: 1.5, status: "error", error: "ValueError: <b>no</b>" })],
  state_diffs: [differs("topic", "ice", "snow")],
  unchanged: [{ namespace: "", key: "mood", value: "merry" }],
  messages: [
    message("The cat sat on the mat today", "The dog sat on the mat today"),
    message("Same words", "Same words"),
    message(null, "<img src=x onerror=alert(1)>", { occurrence: 1 }),
  ],
  tool_calls: [
    {
      ...at,
      name: "search",
      args_a: { q: "x" },
      args_b: { q: "y" },
      result_a: "one",
      result_b: null,
      same: false,
    },
  ],
  path: [stop("both", "plan", 0, 0), stop("b", "check", null, 1), stop("both", "write", 1, 2)],
  tasks: [took(1, 2), took(0.5, null)],
};

async function shown(rows: Tables): Promise<{ el: HTMLElement; model: FakeModel }> {
  const summary = {
    status: "success",
    target: "trip",
    source: "comparison",
    stop: { available: false, hint: null },
    record: "lgj-comparison-1",
  };
  const model = new FakeModel({ _protocol: 1, _summary: summary });
  model.kernel = ({ type, id, method }) => {
    if (type === "snapshot") model.receive({ type: "snapshot", n: 1, elapsed: null, rows });
    else if (method === "value") model.receive({ type: "reply", id, result: "the whole text" });
  };
  const el = document.createElement("div");
  document.body.append(el);
  const { render } = begin(hostOf(model));
  render({ model, el });
  await frame();
  return { el, model };
}

const lines = (el: Element) => byRole(el, "row").slice(1).map(text);

describe("what is compared", () => {
  it("names both runs and by how much they differ", async () => {
    const { el } = await shown(PARTED);
    const [a, b] = [...el.querySelectorAll("header section")].map(text);
    expect(a).toMatch(/A ?Success ?trip/);
    expect(b).toMatch(/B ?Error ?trip/);
    expect(b).toContain("1.50 s  +500 ms");
    expect(b).toContain("ValueError: <b>no</b>");
    expect(el.querySelector("header b:not(.lgj-letter)")).toBeNull();
  });

  it("counts differences on the tabs", async () => {
    const { el } = await shown(PARTED);
    expect(byRole(el, "tab").map(text)).toEqual(["State1", "Messages2", "Tool calls1", "Path1", "Nodes2"]);
  });

  it("of the state: what changed, and when asked what did not", async () => {
    const { el } = await shown(PARTED);
    const panel = await open(el, "State");
    expect(text(panel)).toMatch(/topic.*changed.*ice.*snow/);
    expect(text(panel)).not.toContain("mood");
    button(el, "Only differences").click();
    await frame();
    expect(text(byRole(el, "tabpanel")[0])).toMatch(/mood.*the same.*merry/);
  });

  it("of messages: word by word, each on its side", async () => {
    const { el } = await shown(PARTED);
    const panel = await open(el, "Messages");
    const [first, last] = [...panel.querySelectorAll("article")];
    expect([...(first?.querySelectorAll("del") ?? [])].map(text)).toEqual(["cat"]);
    expect([...(first?.querySelectorAll("ins") ?? [])].map(text)).toEqual(["dog"]);
    expect(text(first)).toMatch(/team › ?write/);
    expect(text(last)).toContain("not there");
    expect(text(last)).toContain("<img src=x onerror=alert(1)>");
    expect(panel.querySelector("img")).toBeNull();
    button(el, "Only differences").click();
    await frame();
    expect(el.querySelectorAll("article")).toHaveLength(3);
  });

  it("of tool calls: arguments and results", async () => {
    const { el } = await shown(PARTED);
    const panel = await open(el, "Tool calls");
    expect(text(panel)).toMatch(/search.*arguments.*"q": "x".*"q": "y".*result.*one.*not there/s);
  });

  it("of the path: each node beside its like", async () => {
    const { el } = await shown(PARTED);
    await open(el, "Path");
    expect(lines(el)).toEqual(["1plan1plan", "2checkonly in B", "2write3write"]);
  });

  it("of nodes: times and tokens", async () => {
    const { el } = await shown(PARTED);
    await open(el, "Nodes");
    expect(lines(el)[0]).toBe("team ›write1.00 sError2.00 s+1.00 s1,200–");
    expect(lines(el)[1]).toContain("not there");
  });

  it("fetches a long text when it is in sight", async () => {
    const long = { $big: 9000, preview: "It begins" };
    const { el, model } = await shown({ ...PARTED, messages: [message("x", "y", { text_a: long })] });
    const panel = await open(el, "Messages");
    await frame();
    expect(model.sent.find(({ method }) => method === "value")?.params).toEqual({
      table: "messages",
      key: 0,
      column: "text_a",
    });
    expect(text(panel)).toContain("the whole text");
  });

  it("says that nothing differs, and that there is nothing", async () => {
    const same: Tables = {
      ...PARTED,
      state_diffs: [],
      messages: [message("a", "a")],
      tool_calls: [],
      path: [stop("both", "plan", 0, 0)],
      tasks: [],
    };
    const { el } = await shown(same);
    for (const [name, said] of [
      ["State", "Both runs ended in the same state"],
      ["Messages", "Both runs said the same."],
      ["Tool calls", "Neither run called a tool."],
      ["Path", "Both runs took the same path."],
      ["Nodes", "No node ran"],
    ] as const) {
      expect(text(await open(el, name))).toContain(said);
    }
  });

  it("draws few of many", async () => {
    const many = Array.from({ length: 3000 }, (_, nth) => message("a", "b", { occurrence: nth }));
    const { el } = await shown({ ...PARTED, messages: many });
    const panel = await open(el, "Messages");
    expect(panel.querySelectorAll("article").length).toBeLessThan(100);
    expect(text(tab(el, "Messages"))).toBe("Messages3,000");
  });

  it("hides the static tables while it lives", async () => {
    const { el } = await shown(PARTED);
    expect(el.querySelector("style")?.textContent).toBe(".lgj-comparison-1 { display: none }");
  });
});

describe("differences", () => {
  it("have a sign", () => {
    const write = (value: number) => String(value);
    expect(differenceText(1, 3, write)).toBe("+2");
    expect(differenceText(3, 1, write)).toBe("−2");
    expect(differenceText(1, 1, write)).toBe("");
    expect(differenceText(null, 1, write)).toBe("");
  });

  it("leave two texts alone that have nothing in common", () => {
    expect(diffBySide("one two three", "vier fünf sechs")).toBeNull();
  });
});
