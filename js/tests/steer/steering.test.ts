// A run that is steered on a page without Jupyter: what opens by itself, what is sent, what is said.

import { expect, it, vi } from "vitest";
import { modelOf } from "../../fixtures/model";
import type { Script } from "../../fixtures/script";
import { research } from "../../fixtures/stories";
import type { Steering } from "../../src/steer/protocol";
import { asked, button, byRole, eachOnItsOwn, frame, open, type Shown, show, tab, tell, text } from "../page";

eachOnItsOwn();

const ID = "6a1f0be2c7d34e55a0d2b7f9c1e8a340"; // of the question in the story

const KNOWN: Steering = {
  name: "run",
  named: true,
  imports: "",
  done: true,
  why_not: null,
  why_no_branch: null,
  waiting: [ID],
  standing: null,
  next: ["write"],
  before: [],
  after: [],
  drains: false,
  run: "r",
  runs: [],
};

/** A view whose kernel says this of steering, and refuses what it is told to refuse. */
function steered(script: Script, known: Partial<Steering> = {}, refusal: string | null = null): Shown {
  const model = modelOf(script);
  const others = model.kernel;
  model.kernel = (content) => {
    const { id, method } = content;
    if (method === "steering") model.receive({ type: "reply", id, result: { ...KNOWN, ...known } });
    else if (method === "go_on")
      model.receive({ type: "reply", id, ...(refusal ? { error: refusal } : { result: { note: null } }) });
    else others?.(content);
  };
  return show(model);
}

async function interrupted(known: Partial<Steering> = {}, refusal: string | null = null): Promise<Shown> {
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
  expect(text(el)).toContain("write asks:");
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
  expect(text(byRole(panel, "group", "The same in Python")[0])).toContain('run.resume({"ok": True})');
  button(panel, "Send the answer").click();
  await frame();
  expect(asked(model, "go_on")).toEqual([{ answers: { [ID]: { ok: true } } }]);
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
  const { el } = await interrupted({ waiting: [], why_not: "this run is a saved one" });
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
  expect(text(el)).toContain("It can go on from its last checkpoint with write.");
  expect(text(byRole(el, "group", "The same in Python")[0])).toContain("run.resume()");
  const graph = await open(el, "Graph");
  await vi.waitFor(() => expect(graph.querySelector('[data-node="write"]')).not.toBeNull());
  const node = graph.querySelector('[data-node="write"]') as HTMLElement;
  node.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  await frame();
  button(el, "Continue").click();
  await frame();
  expect(asked(model, "go_on")).toEqual([{ before: ["write"], after: [] }]);
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
