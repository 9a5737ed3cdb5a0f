// Questions that are answered by a click, on a page without Jupyter: what is sent, when, and what takes it back.

import { beforeEach, expect, it } from "vitest";
import { type FakeModel, modelOf } from "../../fixtures/model";
import { QUESTION_ID, STEERING } from "../../fixtures/steering";
import { research } from "../../fixtures/stories";
import type { InterruptRow, Json } from "../../src/core/schema";
import { approvalsOfAll } from "../../src/panels/interrupts/data";
import { answerOutcomeOf } from "../../src/steer/answerDrafts";
import { GRACE_PERIOD } from "../../src/steer/answerSending";
import type { RunSteering } from "../../src/steer/runSteering";
import { asked, button, byRole, eachOnItsOwn, frame, press, show, tell, text } from "../page";

eachOnItsOwn();

const MAIL = { name: "send_mail", args: { to: "ann", body: "Dear Ann,\n…", copies: 1 } };

const SCHEMA = {
  type: "object",
  properties: { to: { type: "string" }, body: { type: "string" }, copies: { type: "integer" } },
  required: ["to", "body"],
};

let model: FakeModel;
let panel: HTMLElement;

/** The panel of a run that asks this. */
async function asking(value: Json, schema: Json = null): Promise<void> {
  const script = research({ ends: "interrupted", asks: { value, response_schema: schema } });
  model = modelOf(script);
  const others = model.kernel;
  const results: Record<string, Json> = {
    steering: STEERING,
    resume_run: { note: null },
    tool_arguments: { send_mail: SCHEMA },
  };
  model.kernel = (content) => {
    const result = results[String(content.method)];
    if (result === undefined) others?.(content);
    else model.receive({ type: "reply", id: content.id, result });
  };
  const { el } = show(model);
  tell(model, script);
  await frame();
  await frame();
  panel = byRole(el, "tabpanel", "Interrupts")[0] as HTMLElement;
}

const sent = () => asked(model, "resume_run");
const approved = { decisions: [{ type: "approve" }] };

async function click(name: string): Promise<void> {
  button(panel, name).click();
  await frame();
}

beforeEach(() => asking({ action_requests: [MAIL] }));

it("is sent a moment after one click", async () => {
  await click("Approve");
  expect(text(panel)).toContain("Sends in 3 s");
  expect(sent()).toEqual([]);
  await frame(3_000);
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: approved } }]);
});

it("is sent at once by a second click", async () => {
  await click("Approve");
  await click("Approve");
  expect(sent()).toHaveLength(1);
  await frame(3_000);
  expect(sent()).toHaveLength(1);
});

it("is sent at once by Enter", async () => {
  await click("Approve");
  panel.querySelector<HTMLElement>(".lgj-question")?.focus();
  press(panel.querySelector(".lgj-question") as HTMLElement, "Enter");
  await frame();
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: approved } }]);
});

it("shows the time that is left as a bar, with a way back", async () => {
  await click("Approve");
  const bar = panel.querySelector<HTMLElement>(".lgj-grace-bar");
  expect(bar?.style.animationDuration).toBe(`${GRACE_PERIOD}ms`);
  expect(button(panel, "Undo").title).toContain("Esc");
  await click("Undo");
  expect(panel.querySelector(".lgj-grace-bar")).toBeNull();
});

it("is headed by who asks; its id is in the tooltip, and can be copied", () => {
  const head = panel.querySelector(".lgj-question-head") as HTMLElement;
  expect(text(head)).toContain("write");
  expect(text(head)).not.toContain(QUESTION_ID);
  expect(head.title).toContain(QUESTION_ID);
  expect(button(head, "Copy the interrupt's id")).toBeDefined();
});

it.each(["Undo", "Escape", "another decision"])("is taken back by %s", async (way) => {
  await click("Approve");
  if (way === "Undo") await click("Undo");
  else if (way === "Escape") press(button(panel, "Approve"), "Escape");
  else await click("Reject");
  await frame(4_000);
  expect(sent()).toEqual([]);
});

it("has the arguments as fields of the tool's schema", async () => {
  expect(text(panel)).toContain("Dear Ann,");
  await click("Edit");
  const fields = byRole(panel, "group", "Arguments of send_mail")[0] as HTMLElement;
  const [to, body] = [...fields.querySelectorAll("textarea")] as HTMLTextAreaElement[];
  expect(body?.value).toBe("Dear Ann,\n…");
  const copies = fields.querySelector("input") as HTMLInputElement;
  for (const [field, value] of [[to, "bob"] as const, [copies, "two"] as const]) {
    (field as HTMLInputElement).value = value;
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
  }
  expect(text(fields)).toContain("expects a number");
  expect(button(panel, "Send the answer").disabled).toBe(true);
  copies.value = "2";
  copies.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
  await click("Send the answer");
  const args = { ...MAIL.args, to: "bob", copies: 2 };
  const decisions = [{ type: "edit", edited_action: { name: "send_mail", args } }];
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: { decisions } } }]);
});

it("approves all calls by one button above them", async () => {
  await asking({ action_requests: [MAIL, { name: "delete", args: {} }] });
  await click("Approve all 2");
  await frame(3_000);
  const decisions = [{ type: "approve" }, { type: "approve" }];
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: { decisions } } }]);
});

it("approves the calls of several questions by one button, each by its own id", () => {
  const steer = { draftOf: () => undefined } as unknown as RunSteering;
  const value = { action_requests: [MAIL] };
  const rows = ["a", "b"].map((interrupt_id) => ({ interrupt_id, value, response_schema: null }));
  const all = approvalsOfAll(steer, rows as unknown as InterruptRow[]);
  expect(all?.count).toBe(2);
  const answers = [...(all?.drafts ?? [])].map(([id, draft]) => [id, answerOutcomeOf(draft)]);
  expect(answers).toEqual([
    ["a", { ready: true, answer: approved }],
    ["b", { ready: true, answer: approved }],
  ]);
  expect(approvalsOfAll(steer, rows.slice(1) as unknown as InterruptRow[])).toBeNull();
});

it("offers no approval of all where one may not be approved", async () => {
  const review_configs = [
    { action_name: "send_mail", allowed_decisions: ["approve"] },
    { action_name: "delete", allowed_decisions: ["reject"] },
  ];
  await asking({ action_requests: [MAIL, { name: "delete", args: {} }], review_configs });
  expect(button(panel, "Approve all")).toBeUndefined();
});

it.each<[Json, Json, string, Json]>([
  [{ question: "Which?", options: ["red", "blue"] }, null, "blue", "blue"],
  ["Really?", { type: "boolean" }, "Yes", true],
  ["Which?", { enum: ["red", "blue"] }, "red", "red"],
])("has buttons for the options of %j", async (value, schema, name, answer) => {
  await asking(value, schema);
  await click(name);
  await frame(3_000);
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: answer } }]);
});

it("takes a text without quotes, which Enter sends", async () => {
  await asking("What do you say?");
  const field = panel.querySelector("textarea") as HTMLTextAreaElement;
  field.value = "it's fine";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
  press(field, "Enter");
  await frame();
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: "it's fine" } }]);
});

it("takes an image with the text: content blocks are sent, and Python names the file", async () => {
  await asking("What do you see?");
  const field = panel.querySelector("textarea") as HTMLTextAreaElement;
  const file = new File(["%PNG"], "cat.png", { type: "image/png" });
  const event = new Event("paste", { bubbles: true, cancelable: true });
  const clipboardData = { types: ["Files"], files: [file], getData: () => "" };
  field.dispatchEvent(Object.assign(event, { clipboardData }));
  for (let nth = 0; nth < 2_000 && !text(panel).includes("cat.png"); nth += 1) await frame(1);
  expect(text(panel)).toContain("Sent as content blocks");
  expect(text(byRole(panel, "group", "The same in Python")[0])).toContain(
    'run.resume([lg_jupyter.attachment("cat.png")])',
  );
  await click("Send the answer");
  const image = {
    type: "image",
    base64: "JVBORw==",
    mime_type: "image/png",
    extras: { filename: "cat.png" },
  };
  expect(sent()).toEqual([{ answers: { [QUESTION_ID]: [image] } }]);
});
