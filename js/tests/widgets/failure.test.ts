// Where and why a run failed: the banner, the task, the card of its step, the calls of tools that raised.

import { describe, expect, it } from "vitest";
import { modelOf } from "../../fixtures/model";
import { Script, START } from "../../fixtures/script";
import { asked, button, cards, eachOnItsOwn, frame, open, show, tell, text } from "../page";

eachOnItsOwn();

const FRAME = { file: "Cell In[3]", line: 12, function: "total", source: "parse(text)" };
const TRACEBACK = [
  {
    error: "RuntimeError",
    message: "could not add up",
    relation: null,
    frames: [
      { ...FRAME, file: "/lib/langgraph/main.py", function: "astream", owner: "library", shown: false },
      { ...FRAME, owner: "user", shown: true },
    ],
  },
  { error: "ValueError", message: "no number", relation: "cause", frames: [], notes: ["in row 3"] },
];
const FAILURE = {
  where: "total · step 2",
  why: "RuntimeError: could not add up ← ValueError: no number",
  task_id: "t",
  namespace: "",
  step: 2,
  call_id: null,
  traced: true,
};
const ERROR = { error: "RuntimeError", message: "could not add up" };

async function failed(failure: object = {}): Promise<{ el: HTMLElement; model: ReturnType<typeof modelOf> }> {
  const script = new Script("sums");
  const task = { task_id: "t", node: "total", step: 2, namespace: "", status: "error", retries: [] };
  const times = { start_time: START, end_time: START + 1, latency: 1, triggers: [], interrupts: [] };
  script.row("tasks", {
    ...task,
    ...times,
    error: ERROR,
    traceback: TRACEBACK,
    input: { x: 1 },
    result: null,
  });
  const diff = { seq: 1, timestamp: START, namespace: "", step: 1, nodes: ["load"], key: "x", path: "/x" };
  script.row("state_diffs", { ...diff, op: "add", before: null, after: 1 });
  script.wait(1);
  script.end("error", { error: ERROR, failure: { ...FAILURE, ...failure } });
  const model = modelOf(script);
  const answer = model.kernel;
  model.kernel = (sent) => {
    if (sent.method !== "failure") answer?.(sent);
    else model.receive({ type: "reply", id: sent.id, result: { traceback: TRACEBACK } });
  };
  const { el } = show(model);
  tell(model, script);
  await frame();
  return { el, model };
}

const banner = (el: Element) => el.querySelector<HTMLElement>(".lgj-notice[role=alert]");

describe("a run that failed", () => {
  it("says where and why in its banner, and a click selects the task", async () => {
    const { el } = await failed();
    expect(text(banner(el))).toBe(`${FAILURE.where}: ${FAILURE.why}`);
    button(banner(el) as HTMLElement, FAILURE.where).click();
    await frame();
    expect(text(el)).toContain("task total · step 2");
  });

  it("has a card for the failed step, with the frames of the user's code", async () => {
    const { el, model } = await failed();
    const panel = await open(el, "State");
    const card = panel.querySelector<HTMLElement>(".lgj-step-failed");
    expect(text(card)).toContain("Step 2 failed");
    expect(asked(model, "failure")).toHaveLength(1);
    expect(text(card)).toContain("Cell In[3]:12 in totalparse(text)");
    expect(text(card)).toContain("caused by ValueError: no numberin row 3");
    expect(text(card)).not.toContain("astream");
    button(card as HTMLElement, "1 frame of libraries").click();
    await frame();
    expect(text(card)).toContain("…/langgraph/main.py:12 in astream");
  });

  it("shows the traceback of the task that is selected", async () => {
    const { el } = await failed();
    const panel = await open(el, "Timeline");
    button(banner(el) as HTMLElement, FAILURE.where).click();
    await frame();
    expect(text(panel.querySelector(".lgj-traceback"))).toContain("Cell In[3]:12 in total");
  });

  it("selects the step where no task raised it, and nothing where nobody knows", async () => {
    const { el } = await failed({ task_id: null, where: "a and b · step 2 · key 'x'" });
    button(banner(el) as HTMLElement, "a and b").click();
    await frame();
    expect(text(el)).toContain("step 2");
    const unknown = await failed({ task_id: null, step: null, where: "checkpointer Full" });
    expect(banner(unknown.el)?.querySelector("button")).toBeNull();
    expect(text(banner(unknown.el))).toContain("checkpointer Full: RuntimeError");
  });
});

describe("a call of a tool", () => {
  it("that raised is marked, and one that got no result says why", async () => {
    const script = new Script("agent");
    const call = (id: string, fields: object) => ({ id, name: "look_up", args: { city: id }, ...fields });
    const calls = [
      call("rome", { status: "error", error: "LookupError: no city" }),
      call("oslo", { status: "cancelled", error: "no result: look_up failed" }),
      call("bonn", {}),
    ];
    const row = {
      message_id: "m",
      node: "ask",
      role: "ai",
      speaker: "AI",
      status: "success",
      source: "model",
    };
    script.row("messages", { ...row, namespace: "", step: 1, tool_calls: calls, start_time: START });
    script.wait(1);
    script.end("error", { error: ERROR, failure: FAILURE });
    const { el, model } = show(modelOf(script)) as { el: HTMLElement; model: ReturnType<typeof modelOf> };
    tell(model, script);
    await frame();
    await open(el, "Tokens");
    const drawn = [...(cards(el)[0] as HTMLElement).querySelectorAll<HTMLElement>(".lgj-call")];
    expect(drawn.map((each) => each.classList.contains("lgj-call-failed"))).toEqual([true, false, false]);
    expect(drawn.map((each) => text(each.querySelector(".lgj-result")))).toEqual([
      "LookupError: no city",
      "no result: look_up failed",
      "",
    ]);
  });
});
