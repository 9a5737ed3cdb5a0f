// A message that is edited where it is shown, and the run that goes on with it: on a page without Jupyter.

import { beforeEach, expect, it } from "vitest";
import { type FakeModel, modelOf } from "../../fixtures/model";
import { STEERING } from "../../fixtures/steering";
import { research } from "../../fixtures/stories";
import type { Json } from "../../src/core/schema";
import { asked, button, byRole, eachOnItsOwn, frame, open, show, tell, text } from "../page";

eachOnItsOwn();

let model: FakeModel;
let panel: HTMLElement;
let place: { [key: string]: Json };

beforeEach(async () => {
  place = {
    checkpoint_id: "1ef",
    step: 2,
    key: "messages",
    value: [],
    as_node: "plan",
    nodes: ["plan"],
    reduced: ["messages"],
    by_id: ["messages"],
    supports_overwrite: true,
  };
  const script = research();
  model = modelOf(script);
  const others = model.kernel;
  model.kernel = (content) => {
    const message = { type: "ai", id: content.params?.message_id ?? "", content: "as it was" };
    const results: Record<string, unknown> = {
      steering: { ...STEERING, waiting: [] },
      message_place: { ...place, value: [message] },
      fork: { run: "b", name: "run.branches[-1]", shown: true },
    };
    const result = results[String(content.method)];
    if (result === undefined) others?.(content);
    else model.receive({ type: "reply", id: content.id, result });
  };
  const { el } = show(model);
  tell(model, script);
  await frame();
  panel = await open(el, "Tokens");
  await frame();
});

const field = () => panel.querySelector(".lgj-in-place textarea") as HTMLTextAreaElement;

async function edit(written: string): Promise<void> {
  button(panel, "Edit").click();
  await frame();
  field().value = written;
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
}

async function controlEnter(): Promise<void> {
  field().dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await frame();
}

it("takes what is typed next, and runs on by Ctrl+Enter: one click in all", async () => {
  button(panel, "Edit").click();
  await frame();
  expect(document.activeElement).toBe(field());
  await controlEnter();
  expect(asked(model, "fork")).toEqual([]); // nothing is another yet
  field().value = "as it is";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
  await controlEnter();
  expect(asked(model, "fork")).toMatchObject([{ checkpoint_id: "1ef", as_node: "plan" }]);
});

it("waits until it is said whose write it is, where several nodes may have written it", async () => {
  place = { ...place, as_node: null, nodes: ["plan", "check"] };
  await edit("as it is");
  expect(text(panel)).toContain("Several nodes ran in step 2: choose which wrote it.");
  expect(button(panel, "Run on from here").disabled).toBe(true);
  await controlEnter();
  expect(asked(model, "fork")).toEqual([]);
  const choices = byRole(panel, "radiogroup", "Written as")[0] as HTMLElement;
  (choices.querySelectorAll("input")[1] as HTMLInputElement).click();
  await frame();
  expect(text(panel)).toContain(
    "Written after step 2 as check, in a new run. What follows plan does not run.",
  );
  button(panel, "Run on from here").click();
  await frame();
  expect(asked(model, "fork")).toMatchObject([{ as_node: "check" }]);
});

it("says what does not run where several nodes ran in the step", async () => {
  place = { ...place, nodes: ["plan", "check"] };
  await edit("as it is");
  expect(text(panel)).toContain("as plan, in a new run. What follows check does not run.");
  expect(button(panel, "Run on from here").disabled).toBe(false);
});

it("keeps what is typed while the run starts", async () => {
  const others = model.kernel;
  let id = "";
  model.kernel = (content) => {
    if (content.method === "fork") id = String(content.id);
    else others?.(content);
  };
  await edit("as it is");
  await controlEnter();
  field().value = "as it shall be";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
  model.receive({ type: "reply", id, result: { run: "b", name: "run.branches[-1]", shown: true } });
  await frame();
  expect(field().value).toBe("as it shall be");
});
