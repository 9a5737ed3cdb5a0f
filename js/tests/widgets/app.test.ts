// The form's widget on a page without Jupyter: what it asks of the kernel, and what it shows of its answers.

import { describe, expect, it } from "vitest";
import schemas from "../../fixtures/schemas.json";
import { button, byRole, drawn, text } from "../page";
import { asked, DESCRIPTION, field, form, frame, GIVEN, press, RUN, type } from "./form";

describe("a form", () => {
  it("gives what was typed when it is right, and says what is wrong before", async () => {
    const { model, el } = await form({ describe: { input: schemas.pydantic } });
    button(el, "Run").click();
    await frame();
    expect(asked(model, "start")).toEqual([]);
    expect(text(byRole(el, "alert")[0])).toBe("is needed");
    expect(text(el)).toContain("One field is to be corrected.");
    await type(field(el, "topic"), "tea");
    expect(byRole(el, "alert")).toEqual([]);
    await press(field(el, "topic"), "Enter", { ctrlKey: true });
    expect(asked(model, "start")).toEqual([
      { input: { topic: "tea" }, config: null, context: null, message: null, assistant: null },
    ]);
  });

  it("gives one run at a time, and stops it", async () => {
    const { model, el, summarize } = await form();
    await summarize({ status: "running", run: RUN });
    expect(button(el, "Run").disabled).toBe(true);
    await press(field(el, "topic"), "Enter", { metaKey: true });
    expect(asked(model, "start")).toEqual([]);
    button(el, "Stop").click();
    await frame();
    expect(asked(model, "cancel")).toEqual([{}]);
    await summarize({ status: "cancelled", run: { ...RUN, status: "cancelled" } });
    expect(button(el, "Run").disabled).toBe(false);
    expect(button(el, "Stop")).toBeUndefined();
  });

  it("shows why the kernel refused", async () => {
    const { el } = await form({ errors: { start: "The graph does not take this input: topic: no <b>" } });
    button(el, "Run").click();
    await type(field(el, "topic"), "a");
    await type(field(el, "count"), "1");
    button(el, "Run").click();
    await frame();
    expect(text(byRole(el, "alert")[0])).toBe("The graph does not take this input: topic: no <b>");
  });

  it("says why there is none, and tries again", async () => {
    const { model, el } = await form({ errors: { describe: "The server does not answer." } });
    expect(text(byRole(el, "alert")[0])).toContain("The server does not answer.");
    button(el, "Try again").click();
    await frame();
    expect(asked(model, "describe")).toHaveLength(2);
  });

  it("opens where it was left when another view of it is drawn", async () => {
    const { model, el } = await form();
    await type(field(el, "topic"), "tea");
    expect(asked(model, "describe")).toHaveLength(1);
    button(el, "JSON").click();
    await frame();
    const whole = el.querySelector("textarea[aria-label=Input]") as HTMLTextAreaElement;
    expect(JSON.parse(whole.value)).toEqual({ topic: "tea", who: null });
  });

  it("keeps what was typed through a reload, but no secret", async () => {
    sessionStorage.clear();
    const properties = { topic: { type: "string" }, pin: { type: "string" } };
    const kernel = {
      describe: { input: { type: "object", properties, required: ["topic", "pin"] }, secrets: ["pin"] },
      summary: { key: "form 1" },
    };
    const first = await form(kernel);
    await type(field(first.el, "topic"), "tea");
    await type(field(first.el, "pin"), "1234");
    await type(field(first.el, "recursion_limit"), "sk-7");
    first.remove();
    const { el } = await form(kernel);
    expect([field(el, "topic").value, field(el, "pin").value]).toEqual(["tea", ""]);
    expect(JSON.stringify({ ...sessionStorage })).not.toMatch(/1234|sk-7/);
  });

  it("recalls what was given before", async () => {
    const given = { ...GIVEN, input: { topic: "rain", count: 2, who: null } };
    const { model, el, summarize } = await form({ answers: { earlier: given } });
    await summarize({
      earlier: [
        { title: "tea", message: null },
        { title: "rain", message: null },
      ],
    });
    button(el, "Earlier").click();
    await frame();
    expect([...el.querySelectorAll(".lgj-picker .lgj-option")].map(text)).toEqual(["rain", "tea"]);
    button(el, "rain").click();
    await frame();
    expect(asked(model, "earlier")).toEqual([{ index: 1 }]);
    expect(field(el, "topic").value).toBe("rain");
  });

  it("shows the line of Python while what it holds is right", async () => {
    const { model, el } = await form();
    button(el, "Python").click();
    await frame(400);
    expect(text(byRole(el, "group", "The same in Python")[0])).toContain("something to correct first");
    await type(field(el, "topic"), "a");
    await type(field(el, "count"), "1");
    await frame(400);
    expect(text(byRole(el, "group", "The same in Python")[0])).toContain("lg_jupyter.stream(agent, {})");
    expect(asked(model, "code").at(-1)).toMatchObject({ input: { topic: "a", count: 1, who: null } });
  });

  it("picks threads, and takes one that is typed", async () => {
    const { model, el } = await form();
    button(el, "Thread: new").click();
    await frame();
    const find = el.querySelector(".lgj-menu-search") as HTMLTextAreaElement;
    await type(find, "other");
    button(el, "as typed").click();
    await frame();
    expect(asked(model, "thread")).toEqual([{ thread_id: "other" }]);
  });

  it("has the keys go to what is to be found in a list, before a frame is drawn", async () => {
    const { el } = await form();
    button(el, "Thread: new").click();
    await drawn();
    expect(document.activeElement).toBe(el.querySelector(".lgj-menu-search"));
  });

  it("has them go to a field that comes with a long list", async () => {
    const assistants = Array.from({ length: 11 }, (_, nth) => ({
      value: `${nth}`,
      label: `a ${nth}`,
      detail: "",
    }));
    const { el } = await form({ describe: { kind: "server", assistant: "first" }, answers: { assistants } });
    button(el, "Assistant: first").click();
    await frame();
    expect(document.activeElement).toBe(el.querySelector(".lgj-menu-search"));
  });

  it("has them go to the field that is wrong, before a frame is drawn", async () => {
    const { el } = await form();
    button(el, "Run").click();
    await drawn();
    expect(document.activeElement?.getAttribute("aria-invalid")).toBe("true");
  });

  it("offers assistants of a server, and asks anew what the chosen one takes", async () => {
    const choices = [{ value: "id-2", label: "second", detail: "graph" }];
    const { model, el } = await form({
      describe: { kind: "server", assistant: "first" },
      answers: { assistants: choices },
    });
    button(el, "Assistant: first").click();
    await frame();
    button(el, "second").click();
    await frame();
    expect(asked(model, "describe").at(-1)).toEqual({ assistant: "id-2" });
    expect(button(el, "Assistant: second")).toBeDefined();
  });

  it("shows what the assistant takes that was chosen last, whichever answer comes last", async () => {
    const choices = ["second", "third"].map((label) => ({ value: label, label, detail: "" }));
    const { model, el } = await form({
      describe: { kind: "server", assistant: "first" },
      answers: { assistants: choices },
    });
    const others = model.kernel;
    const untold = new Map<unknown, unknown>(); // ids of calls, by assistant
    model.kernel = (content) => {
      const { id, method, params } = content;
      if (method === "describe") untold.set((params as { assistant: string }).assistant, id);
      else others?.(content);
    };
    for (const [now, next] of [
      ["first", "second"],
      ["second", "third"],
    ] as const) {
      button(el, `Assistant: ${now}`).click();
      await frame();
      button(el, next).click();
      await frame();
    }
    for (const note of ["third", "second"]) {
      const result = { ...DESCRIPTION, kind: "server", notes: [`What the ${note} one takes`] };
      model.receive({ type: "reply", id: untold.get(note), result });
      await frame();
    }
    expect(text(el)).toContain("What the third one takes");
    expect(text(el)).not.toContain("What the second one takes");
  });
});
