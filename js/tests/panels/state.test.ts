// The State panel: what its data function makes of changes, and what a person finds on the page.

import { describe, expect, it } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { diffWords } from "../../src/core/diff";
import type { Json, StateDiffRow } from "../../src/core/schema";
import {
  groupByStep,
  deltaText,
  drawingOfChange,
  hasOnlyWrites,
  messagesOf,
  placeWithinKey,
} from "../../src/panels/state/data";
import { summary, task } from "../builders";
import { button, byRole, eachOnItsOwn, frame, open, show, text } from "../page";

eachOnItsOwn();

let seq = 0;
function diff(fields: Partial<StateDiffRow>): StateDiffRow {
  seq += 1;
  return {
    seq,
    timestamp: seq,
    namespace: "",
    step: 1,
    nodes: ["plan"],
    key: "user",
    path: `/${fields.key ?? "user"}`,
    op: "change",
    before: null,
    after: null,
    ...fields,
  } as StateDiffRow;
}

describe("changes by step", () => {
  it("stand under their key, and name who wrote", () => {
    const [step, ...others] = groupByStep([
      diff({ key: "a", nodes: ["x"] }),
      diff({ key: "b", nodes: ["y", "x"] }),
      diff({ key: "a", path: "/a/0", nodes: ["x"], seq: 99 }),
    ]);
    expect(others).toEqual([]);
    expect(step?.keys.map(({ key, changes }) => [key, changes.map(({ index }) => index)])).toEqual([
      ["a", [0, 2]],
      ["b", [1]],
    ]);
    expect(step?.nodes).toEqual(["x", "y"]);
    expect(step?.seq).toBe(99);
  });

  it("are apart by namespace, in the order in which steps began", () => {
    const steps = groupByStep([
      diff({ step: 0 }),
      diff({ step: 0, namespace: "sub:1" }),
      diff({ step: 1, namespace: "sub:1" }),
      diff({ step: 1 }),
    ]);
    expect(steps.map(({ namespace, step }) => `${namespace} ${step}`)).toEqual([
      " 0",
      "sub:1 0",
      "sub:1 1",
      " 1",
    ]);
  });

  it("know which keys were left alone", () => {
    const rows = [
      diff({ step: 0, key: "a", op: "add" }),
      diff({ step: 0, key: "b", op: "add" }),
      diff({ step: 0, key: "c", op: "add" }),
      diff({ step: 1, key: "b" }),
      diff({ step: 2, key: "c", op: "remove" }),
      diff({ step: 3, key: "a", path: "/a/x", op: "remove" }),
      diff({ step: 4, key: "b" }),
    ];
    expect(groupByStep(rows).map(({ unchanged }) => unchanged.join(" "))).toEqual([
      "",
      "a c",
      "a b",
      "b",
      "a",
    ]);
  });

  it("are narrowed without forgetting the keys of what is hidden", () => {
    const rows = [diff({ step: 0, key: "a", op: "add" }), diff({ step: 1, key: "b", op: "add" })];
    const steps = groupByStep(rows, ({ step }) => step === 1);
    expect(steps.map(({ step, unchanged }) => [step, unchanged])).toEqual([[1, ["a"]]]);
    expect(steps[0]?.keys[0]?.changes[0]?.index).toBe(1);
  });

  it("of no known step stand each for itself", () => {
    expect(groupByStep([diff({ step: null }), diff({ step: null })])).toHaveLength(2);
  });

  it("may be writes alone", () => {
    expect(groupByStep([diff({ op: "write" })]).map(hasOnlyWrites)).toEqual([true]);
    expect(groupByStep([diff({ op: "write" }), diff({})]).map(hasOnlyWrites)).toEqual([false]);
  });

  it.each([
    ["/user", ""],
    ["/user/name/0", "name › 0"],
    ["/user/a~1b~0c", "a/b~c"],
  ])("at %s are within their key at %j", (path, place) => {
    expect(placeWithinKey(diff({ path }))).toBe(place);
  });
});

describe("a change is drawn", () => {
  const ai = { type: "ai", content: "Hello", id: "m1", tool_calls: [{ name: "look", args: { at: 1 } }] };

  it.each([
    ["change", 1, 4, { kind: "number", before: 1, after: 4, delta: "+3" }],
    ["change", true, false, { kind: "replaced", before: true, after: false }],
    ["change", 3, "3", { kind: "replaced", before: 3, after: "3" }],
    ["add", null, { a: 1 }, { kind: "value", sign: "add", value: { a: 1 } }],
    ["add", null, [], { kind: "value", sign: "add", value: [] }],
    ["remove", "x", null, { kind: "value", sign: "remove", value: "x" }],
    ["append", null, ["x", "y"], { kind: "items", sign: "add", items: ["x", "y"] }],
    ["write", null, 3, { kind: "value", sign: "write", value: 3 }],
    ["change", "x", { $big: 9, preview: "" }, { kind: "big", before: "x", after: { $big: 9, preview: "" } }],
  ] as [string, Json, Json, object][])("%s of %j to %j", (op, before, after, drawing) => {
    expect(drawingOfChange(op, before, after)).toEqual(drawing);
  });

  it("as the new messages of a list of messages", () => {
    expect(drawingOfChange("append", null, [ai])).toMatchObject({
      kind: "messages",
      sign: "add",
      messages: [{ role: "ai", text: "Hello", calls: [{ name: "look", args: { at: 1 } }] }],
    });
    expect(drawingOfChange("write", null, [ai])).toMatchObject({ kind: "messages", sign: "write" });
    expect(drawingOfChange("remove", ai, null)).toMatchObject({ kind: "messages", sign: "remove" });
  });

  it("word by word, where texts have words in common", () => {
    expect(drawingOfChange("change", "a brown fox jumps", "a red fox jumps")).toEqual({
      kind: "words",
      parts: [
        { kind: "same", text: "a " },
        { kind: "remove", text: "brown" },
        { kind: "add", text: "red" },
        { kind: "same", text: " fox jumps" },
      ],
    });
    expect(drawingOfChange("change", "yes", "perhaps not")).toMatchObject({ kind: "replaced" });
  });

  it.each([
    [1, 4, "+3"],
    [4, 1, "−3"],
    [0.1, 0.3, "+0.2"],
    [0, 12_345, "+12,345"],
  ])("from %d to %d by %s", (before, after, delta) => {
    expect(deltaText(before, after)).toBe(delta);
  });
});

describe("messages of a state", () => {
  it.each([
    [[{ type: "text", text: "a" }, { type: "reasoning", reasoning: "hm" }, "b"], "a\nb"],
    [[{ type: "image", base64: "x" }], "[image]"],
    ["plain", "plain"],
    [null, ""],
  ] as [Json, string][])("%j say %j", (content, said) => {
    expect(messagesOf({ type: "AIMessageChunk", content })?.[0]).toMatchObject({ role: "ai", text: said });
  });

  it("are no other things with a type", () => {
    expect(messagesOf([{ type: "ai" }])).toBeNull();
    expect(messagesOf([{ type: "file", content: "x" }])).toBeNull();
    expect(messagesOf([])).toBeNull();
    expect(messagesOf([{ type: "ai", content: "" }, 3])).toBeNull();
  });
});

describe("texts compared", () => {
  it("lose nothing of either", () => {
    const [before, after] = ["one two three four", "one 2 three four five"];
    const parts = diffWords(before, after) ?? [];
    const without = (kind: string) =>
      parts
        .filter((part) => part.kind !== kind)
        .map((part) => part.text)
        .join("");
    expect([without("add"), without("remove")]).toEqual([before, after]);
  });

  it("join what stands side by side", () => {
    const parts = diffWords(
      "It was: the old man. So it goes on and on.",
      "It was: a new boy. So it goes on and on.",
    );
    expect(parts?.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "same It was: ",
      "remove the old man",
      "add a new boy",
      "same . So it goes on and on.",
    ]);
  });

  it("are marked between words as far as they differ, in whole characters", () => {
    const parts = diffWords("on the mat (and slept). He 😀 said", "on the mat - and slept! He 😁 said");
    expect(parts?.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "same on the mat ",
      "remove (",
      "add - ",
      "same and slept",
      "remove ). He 😀",
      "add ! He 😁",
      "same  said",
    ]);
  });

  it("are not where they are too different", () => {
    const words = (word: string) => Array.from({ length: 4_000 }, (_, n) => `${word}${n}`).join(" ");
    expect(diffWords(words("a"), words("b"))).toBeNull();
  });
});

describe("the panel", () => {
  const rows = [
    diff({ step: 0, key: "question", op: "add", after: "Why?", nodes: ["__start__"] }),
    diff({ step: 0, key: "count", op: "add", after: 1, nodes: ["__start__"] }),
    diff({ step: 1, key: "count", before: 1, after: 4, nodes: ["plan"] }),
    diff({ step: 1, key: "notes", op: "append", after: ["first"], nodes: ["plan"] }),
    diff({
      step: 2,
      key: "question",
      before: "Why?",
      after: { $big: 9000, preview: '"Why not' },
      nodes: ["ask"],
    }),
  ];

  async function panel(state: (params: Record<string, unknown>) => object = () => ({ error: "No." })) {
    const model = new FakeModel({ _protocol: 1, _summary: summary(), _panel: null });
    model.kernel = ({ id, method, params }) => {
      if (method === "state") model.receive({ type: "reply", id, ...state(params ?? {}) });
      if (method === "value") model.receive({ type: "reply", id, result: "Why not?" });
    };
    const { el } = show(model);
    model.receive({
      type: "delta",
      n: 1,
      rows: { state_diffs: rows, tasks: [task("t1", { node: "plan", step: 1 })] },
    });
    await frame();
    return { el, panel: await open(el, "State"), model };
  }
  const steps = (el: Element) => [...el.querySelectorAll<HTMLElement>("section[aria-label^=Step]")];

  it("tells step by step what changed, how, and who changed it", async () => {
    const { panel: it } = await panel();
    const [input, plan] = steps(it).map(text);
    expect(input).toMatch(/Step 0.*input.*question.*added.*Why\?/);
    expect(plan).toMatch(/Step 1.*plan.*count.*changed.*1.*4.*\+3.*notes.*appended 1 item.*first/);
    expect(plan).toContain("1 unchanged key");
  });

  it("fetches what is too big when asked to, and compares it", async () => {
    const { panel: it } = await panel();
    button(it, "Load all 9.0 kB").click();
    await frame();
    const words = it.querySelector(".lgj-words");
    expect(words?.querySelector("ins")?.textContent).toBe(" not");
    expect(words?.querySelector("del")).toBeNull();
  });

  it("is stepped through with the arrow keys", async () => {
    const { panel: it } = await panel();
    const list = byRole(it, "list")[0] as HTMLElement;
    const press = async (key: string) => {
      list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await frame();
      return steps(it).findIndex((step) => step.getAttribute("aria-current") === "step");
    };
    expect(await press("ArrowRight")).toBe(0);
    expect(await press("ArrowRight")).toBe(1);
    expect(await press("ArrowRight")).toBe(2);
    expect(await press("ArrowRight")).toBe(2);
    expect(await press("ArrowLeft")).toBe(1);
    expect(text(byRole(it, "toolbar")[0])).toContain("2 of 3");
  });

  it("shows the whole state after a step, level by level", async () => {
    const asked: Record<string, unknown>[] = [];
    const { panel: it } = await panel((params) => {
      asked.push(params);
      const part = { namespace: "", step: 1, seq: 4, timestamp: 0, source: "values", path: params.path };
      if (params.path === "") {
        return { result: { ...part, value: { "a/b": { $big: 5000, preview: "[1," }, n: 7 }, total: 2 } };
      }
      const offset = params.offset as number;
      return { result: { ...part, value: [offset, offset + 1], total: 3 } };
    });
    button(steps(it)[1] as Element, "Full state").click();
    await frame();
    expect(asked[0]).toMatchObject({ namespace: "", seq: rows[3]?.seq, path: "" });
    button(it, "a/b:").click();
    await frame();
    expect(asked[1]).toMatchObject({ path: "/a~1b", offset: 0 });
    button(it, "Show more: 2 of 3").click();
    await frame();
    expect(asked[2]).toMatchObject({ path: "/a~1b", offset: 2 });
    expect(text(steps(it)[1])).toContain("n:7");
  });

  it("says why a state cannot be shown", async () => {
    const { panel: it } = await panel(() => ({ error: "No state is known." }));
    button(steps(it)[0] as Element, "Full state").click();
    await frame();
    expect(text(it)).toContain("No state is known.");
  });

  it("selects the task that wrote", async () => {
    const { el, panel: it } = await panel();
    button(steps(it)[1] as Element, "plan").click();
    await frame();
    expect(text(byRole(el, "status", "Selection")[0])).toContain("task plan · step 1");
    expect(steps(it)).toHaveLength(3); // what is around it stays
    expect(steps(it)[1]?.className).toContain("lgj-marked");
  });
});
