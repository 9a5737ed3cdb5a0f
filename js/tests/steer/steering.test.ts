// A run that is steered on a page without Jupyter: what opens by itself, what is sent, what is said.

import { expect, it, vi } from "vitest";
import { modelOf } from "../../fixtures/model";
import type { Script } from "../../fixtures/script";
import { QUESTION_ID, STEERING } from "../../fixtures/steering";
import { research } from "../../fixtures/stories";
import type { SteeringInfo } from "../../src/steer/protocol";
import { asked, button, byRole, eachOnItsOwn, frame, open, type Shown, show, tab, tell, text } from "../page";

eachOnItsOwn();

/** A view whose kernel says this of steering, and refuses what it is told to refuse. */
function steered(script: Script, known: Partial<SteeringInfo> = {}, refusal: string | null = null): Shown {
  const model = modelOf(script);
  const others = model.kernel;
  model.kernel = (content) => {
    const { id, method } = content;
    if (method === "steering") model.receive({ type: "reply", id, result: { ...STEERING, ...known } });
    else if (method === "resume_run")
      model.receive({ type: "reply", id, ...(refusal ? { error: refusal } : { result: { note: null } }) });
    else others?.(content);
  };
  return show(model);
}

async function interrupted(known: Partial<SteeringInfo> = {}, refusal: string | null = null): Promise<Shown> {
  const script = research({ ends: "interrupted" });
  const view = steered(script, known, refusal);
  tell(view.model, script);
  await frame();
  await frame();
  return view;
}

const panelOf = (el: Element) => byRole(el, "tabpanel")[0] as HTMLElement;

async function type(field: HTMLTextAreaElement, value: string): Promise<void> {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
}

it("opens what waits for an answer, and goes back when nothing does", async () => {
  const { el, model } = await interrupted();
  expect(panelOf(el).getAttribute("aria-label")).toBe("Interrupts");
  expect(text(tab(el, "Interrupts"))).toContain("1 waiting for an answer");
  expect(text(el)).not.toContain("write asks:"); // the panel says it
  model.receive({ type: "delta", n: 10_000, elapsed: 9, summary: { status: "running" }, counts: {} });
  await frame();
  expect(panelOf(el).getAttribute("aria-label")).toBe("Tokens");
});

it("leaves a reader where they went, and shows the way", async () => {
  const script = research({ ends: "interrupted" });
  const { el, model } = steered(script);
  tell(model, script, 4);
  await frame();
  await open(el, "State");
  tell(model, script);
  await frame();
  await frame();
  expect(panelOf(el).getAttribute("aria-label")).toBe("State");
  button(el, "Answer").click();
  await frame();
  expect(panelOf(el).getAttribute("aria-label")).toBe("Interrupts");
});

it("sends the answer that the line of Python says", async () => {
  const { el, model } = await interrupted();
  const panel = panelOf(el);
  expect(button(panel, "Send the answer").disabled).toBe(true);
  await type(panel.querySelector("textarea") as HTMLTextAreaElement, "{'ok': True}");
  expect(text(byRole(panel, "group", "The same in Python")[0])).toContain(`run.resume("{'ok': True}")`);
  button(panel, "Give a value instead").click();
  await frame();
  expect(text(byRole(panel, "group", "The same in Python")[0])).toContain('run.resume({"ok": True})');
  button(panel, "Send the answer").click();
  await frame();
  expect(asked(model, "resume_run")).toEqual([{ answers: { [QUESTION_ID]: { ok: true } } }]);
});

it("says what the kernel refuses, and keeps what was written", async () => {
  const { el } = await interrupted({}, "its interrupt was answered already, with 'yes'");
  const panel = panelOf(el);
  const field = panel.querySelector("textarea") as HTMLTextAreaElement;
  await type(field, "true");
  button(panel, "Send the answer").click();
  await frame();
  expect(text(byRole(panel, "alert")[0])).toBe("its interrupt was answered already, with 'yes'");
  expect(field.value).toBe("true");
});

it("offers no answer where the run cannot go on, and says why", async () => {
  const { el } = await interrupted({ waiting: [], resume_blocker: "this run is a saved one" });
  expect(text(el)).not.toContain("write asks:");
  const panel = await open(el, "Interrupts");
  expect(text(panel)).toContain("this run is a saved one");
  expect(button(panel, "Send")).toBeUndefined();
});

it("has a run that was cancelled go on, with the breakpoints that were set", async () => {
  const script = research({ ends: "cancelled" });
  const { el, model } = steered(script, { waiting: [] });
  tell(model, script);
  await frame();
  await frame();
  expect(button(el, "Continue").title).toBe("It can go on from its last checkpoint with write.");
  expect(el.querySelectorAll(".lgj-notice")).toHaveLength(1); // which tells how it ended, too
  expect(text(byRole(el, "group", "The same in Python")[0])).toContain("run.resume()");
  const graph = await open(el, "Graph");
  await vi.waitFor(() => expect(graph.querySelector('[data-node="write"]')).not.toBeNull());
  const node = graph.querySelector('[data-node="write"]') as HTMLElement;
  node.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  await frame();
  button(el, "Continue").click();
  await frame();
  expect(asked(model, "resume_run")).toEqual([{ before: ["write"], after: [] }]);
});

it("goes to the next step, and to the node that is selected, for this time", async () => {
  const script = research({ ends: "cancelled" });
  const { el, model } = steered(script, { waiting: [], next_step: ["*", "team/*"] });
  tell(model, script);
  await frame();
  await frame();
  expect(button(el, "Run to")).toBeUndefined();
  button(el, "Next step").click();
  await frame();
  const graph = await open(el, "Graph");
  await vi.waitFor(() => expect(graph.querySelector('[data-node="write"]')).not.toBeNull());
  (graph.querySelector('[data-node="write"]') as HTMLElement).click();
  await frame();
  button(el, "Run to write").click();
  await frame();
  expect(asked(model, "resume_run")).toEqual([{ until: ["*", "team/*"] }, { until: ["write"] }]);
});

it("cannot go step by step where nothing was kept", async () => {
  const script = research({ ends: "cancelled" });
  const { el, model } = steered(script, { waiting: [], fork_blocker: "It has no checkpointer." });
  tell(model, script);
  await frame();
  await frame();
  expect(button(el, "Continue")).toBeDefined();
  expect(button(el, "Next step")).toBeUndefined();
});

it("asks again how it can be steered when the kernel was too busy to say", async () => {
  const script = research({ ends: "cancelled" });
  const { el, model } = steered(script, { waiting: [] });
  const free = model.kernel;
  model.kernel = (content) => {
    if (content.method !== "steering") free?.(content);
  };
  tell(model, script);
  await frame(25_000);
  expect(button(el, "Continue")).toBeUndefined();
  model.kernel = free;
  await frame(60_000);
  expect(button(el, "Continue")).toBeDefined();
});

it("asks anew how it can be steered when it went on and stopped between two looks", async () => {
  const { model } = await interrupted();
  const before = asked(model, "steering").length;
  model.receive({ type: "delta", n: 10_000, elapsed: 9, summary: { status: "running" }, counts: {} });
  const summary = { status: "interrupted", ended: 1_763_900_000 };
  model.receive({ type: "delta", n: 10_001, elapsed: 10, summary, counts: {} });
  await frame();
  expect(asked(model, "steering").length).toBe(before + 1);
});

/** The page of a run whose kernel lists one checkpoint and tells its state: what a reload makes again. */
async function pageWithCheckpoint(): Promise<Shown> {
  const script = research({ ends: "interrupted" });
  Object.assign(script.summary, { key: "run 1" });
  const told: Record<string, unknown> = {
    checkpoints: {
      total: 1,
      rows: [
        {
          checkpoint_id: "c1",
          parent_checkpoint_id: null,
          step: 90,
          source: "loop",
          next: ["write"],
          created_at: null,
          changed: [],
          run: "r",
        },
      ],
      runs: [],
      nodes: ["write"],
      keys: ["topic"],
      reduced: [],
      supports_overwrite: true,
    },
    fork: { run: "f", name: "run.branches[0]", shown: true },
  };
  const view = steered(script);
  const others = view.model.kernel;
  view.model.kernel = (content) => {
    const { id, method = "", params } = content;
    const value = params?.path ? "Lisbon" : { topic: "Lisbon" };
    const result = method === "checkpoint" ? { path: "", value, total: null } : told[method];
    if (result) view.model.receive({ type: "reply", id, result });
    else others?.(content);
  };
  tell(view.model, script);
  await frame();
  await open(view.el, "Checkpoints");
  await frame();
  return view;
}

const editor = (el: Element) =>
  el.querySelector('[aria-label="New value of topic"]') as HTMLTextAreaElement | null;

async function click(el: Element, name: string): Promise<void> {
  button(el, name).click();
  await frame();
}

it("keeps what is typed at a checkpoint through a filter, another tab and a reload, until it is sent", async () => {
  sessionStorage.clear();
  const { el, remove } = await pageWithCheckpoint();
  await click(el, "step 90");
  await click(el, "Edit");
  await type(editor(el) as HTMLTextAreaElement, '"Por');
  await click(el, "Filter");
  await type(el.querySelector(".lgj-search input") as HTMLTextAreaElement, "nowhere to be found");
  expect(editor(el)?.value).toBe('"Por');
  await open(el, "State");
  expect(editor(el)).toBeNull();
  await open(el, "Checkpoints");
  expect(editor(el)?.value).toBe('"Por');
  remove();

  const { el: again, model } = await pageWithCheckpoint();
  expect(editor(again)?.value).toBe('"Por');
  await click(again, "All checkpoints");
  expect(text(button(again, "step 90"))).toContain("edited");
  await click(again, "step 90");
  await type(editor(again) as HTMLTextAreaElement, "Porto");
  await click(again, "Write this and run from here");
  expect(asked(model, "fork")).toEqual([{ checkpoint_id: "c1", values: { topic: "Porto" } }]);
  expect(editor(again)).toBeNull();
  expect(Object.keys(sessionStorage)).toEqual(["lg_jupyter:draft:run 1:open-checkpoint"]);
});

it("keeps an answer that is typed, as it is typed", async () => {
  const { el } = await interrupted();
  await type(panelOf(el).querySelector("textarea") as HTMLTextAreaElement, "{'ok':   True}");
  await open(el, "State");
  const panel = await open(el, "Interrupts");
  expect(panel.querySelector("textarea")?.value).toBe("{'ok':   True}");
});

const filesWith = (files: readonly File[]) => ({ types: ["Files"], files, getData: () => "" });

/** Lets files be read, which no clock of the test's counts. */
async function until(there: () => boolean): Promise<void> {
  for (let nth = 0; nth < 2_000 && !there(); nth += 1) await frame(1);
}

it("keeps what is typed while a file is read, and each of two files", async () => {
  const { el } = await interrupted();
  const field = panelOf(el).querySelector("textarea") as HTMLTextAreaElement;
  for (const name of ["a.txt", "b.txt"]) {
    const event = new Event("paste", { bubbles: true, cancelable: true });
    field.dispatchEvent(Object.assign(event, { clipboardData: filesWith([new File(["tea"], name)]) }));
  }
  await type(field, "see there");
  await until(() => panelOf(el).querySelectorAll("li").length > 1);
  await frame();
  expect(field.value).toBe("see there");
  expect([...panelOf(el).querySelectorAll("li")].map((each) => text(each).slice(0, 5))).toEqual([
    "a.txt",
    "b.txt",
  ]);
});

it("keeps what is typed while the kernel reads what was there before", async () => {
  const { el, model } = await interrupted();
  const others = model.kernel;
  const calls: string[] = [];
  model.kernel = (content) =>
    content.method === "literal" ? calls.push(String(content.id)) : others?.(content);
  button(panelOf(el), "Give a value instead").click();
  await frame();
  const field = panelOf(el).querySelector("textarea") as HTMLTextAreaElement;
  await type(field, "datetime(2026");
  await frame(400);
  expect(calls).toHaveLength(1);
  await type(field, "datetime(2026, 1");
  model.receive({ type: "reply", id: calls[0] as string, error: "no literal" });
  await frame();
  expect(field.value).toBe("datetime(2026, 1");
  await frame(400);
  expect(calls).toHaveLength(2);
});

it("keeps what is typed at a checkpoint while a run from there starts", async () => {
  sessionStorage.clear();
  const { el, model } = await pageWithCheckpoint();
  const others = model.kernel;
  let id = "";
  model.kernel = (content) => {
    if (content.method === "fork") id = String(content.id);
    else others?.(content);
  };
  await click(el, "step 90");
  await click(el, "Edit");
  await type(editor(el) as HTMLTextAreaElement, "Porto");
  await click(el, "Write this and run from here");
  await type(editor(el) as HTMLTextAreaElement, "Porto, then Faro");
  model.receive({ type: "reply", id, result: { name: "run.branches[0]", shown: true } });
  await frame();
  expect(text(el)).toContain("It runs: run.branches[0]");
  expect(editor(el)?.value).toBe("Porto, then Faro");
});
