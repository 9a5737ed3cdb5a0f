// The form's widget as a chat.

import { describe, expect, it } from "vitest";
import { modelOf } from "../../fixtures/model";
import schemas from "../../fixtures/schemas.json";
import { research } from "../../fixtures/stories";
import { byRole, tell, text } from "../page";
import { asked, field, form, frame, GIVEN, message, press, RUN, type } from "./form";

const CHAT = { input: schemas.messages, chat: true };

const said = (role: string, words: string, more: object = {}) => ({
  id: words,
  role,
  name: null,
  text: words,
  tool_calls: [],
  blocks: [],
  ...more,
});

describe("a chat", () => {
  it("sends with Enter, and begins a line with Shift+Enter", async () => {
    const { model, el } = await form({ describe: CHAT });
    await type(message(el), "hello");
    expect((await press(message(el), "Enter", { shiftKey: true })).defaultPrevented).toBe(false);
    expect(asked(model, "start")).toEqual([]);
    await press(message(el), "Enter");
    expect(asked(model, "start")).toMatchObject([{ message: "hello", input: {} }]);
    expect(message(el).value).toBe("");
    await press(message(el), "Enter");
    expect(asked(model, "start")).toHaveLength(1);
  });

  it("gives back what it could not send", async () => {
    const { el } = await form({ describe: CHAT, errors: { start: "A run goes on." } });
    await type(message(el), "hello");
    await press(message(el), "Enter");
    expect(message(el).value).toBe("hello");
    expect(text(byRole(el, "alert")[0])).toBe("A run goes on.");
  });

  it("gives back what it could not send before what was typed since", async () => {
    const { el } = await form({ describe: CHAT, errors: { start: "A run goes on." } });
    await type(message(el), "hello");
    const sent = press(message(el), "Enter");
    message(el).value = "and";
    message(el).dispatchEvent(new Event("input", { bubbles: true }));
    await sent;
    expect(message(el).value).toBe("hello\nand");
  });

  it("keeps a message that is typed through a reload and a look at earlier ones, until it is sent", async () => {
    sessionStorage.clear();
    const earlier = { earlier: [{ title: "before", message: "before" }] };
    const first = await form({ describe: CHAT, summary: { key: "form 1", ...earlier } });
    await type(message(first.el), "hello");
    message(first.el).setSelectionRange(0, 0);
    await press(message(first.el), "ArrowUp");
    expect(message(first.el).value).toBe("before");
    await press(message(first.el), "ArrowDown");
    expect(message(first.el).value).toBe("hello");
    first.remove();
    const { el } = await form({ describe: CHAT, summary: { key: "form 1" } });
    expect(message(el).value).toBe("hello");
    await press(message(el), "Enter");
    expect(sessionStorage.length).toBe(0);
  });

  it("shows messages as a conversation, and makes HTML of none", async () => {
    const { el, summarize, known } = await form({ describe: CHAT });
    known.conversation = {
      turn: 1,
      messages: [
        said("human", "<b>hi</b>"),
        said("ai", "**bold** <img src=x>", { tool_calls: [{ name: "search", args: "{}" }] }),
        said("tool", "found", { name: "search" }),
        said("aside", "ValueError: no"),
      ],
    };
    await summarize({ turn: 1 });
    const log = byRole(el, "log")[0] as HTMLElement;
    expect(text(log.querySelector("[aria-label=You]"))).toBe("<b>hi</b>");
    expect(text(log.querySelector("strong"))).toBe("bold");
    expect(log.querySelector("img, b > b")).toBeNull();
    expect(text(log)).toContain("search {}");
    expect(text(log)).toContain("ValueError: no");
  });

  it("shows what is being said off the run's own line, until the state has it", async () => {
    const story = research();
    const view = modelOf(story);
    const { el, summarize, known } = await form({ describe: CHAT, views: { view } });
    await summarize({ status: "running", run: RUN });
    tell(view, story, 4);
    await frame(200);
    const log = byRole(el, "log")[0] as HTMLElement;
    expect(log.querySelectorAll("article[aria-label=ai]").length).toBeGreaterThan(0);
    expect(text(log)).toContain("Thinking…");
    known.conversation = { turn: 1, messages: [said("ai", "all of it")] };
    await summarize({ status: "success", turn: 1, run: { ...RUN, status: "success" } });
    await frame();
    expect([...log.querySelectorAll("article")].map(text)).toEqual(["all of it"]);
  });

  it.each([
    ["error", { error: "ValueError: out" }, "ValueError: out"],
    ["interrupted", { asks: 1 }, "The run stopped to ask: answer in its panels below"],
    ["interrupted", { asks: 0 }, "The run stopped at a breakpoint"],
    ["cancelled", { note: "Stopped: kept." }, "Stopped: kept."],
    ["incomplete", {}, "The run broke off"],
  ])("says of a turn that it is %s", async (status, more, words) => {
    const { el, summarize } = await form({ describe: CHAT });
    await summarize({ status, run: { ...RUN, model: null, status, ...more } });
    expect(text(byRole(el, "log")[0])).toContain(words);
    await summarize({ run: { ...RUN, status, ...more, here: false } });
    expect(text(byRole(el, "log")[0])).toBe("Nothing was said yet.");
  });

  it("brings back what was said before", async () => {
    const { el, summarize } = await form({ describe: CHAT });
    await summarize({
      earlier: [
        { title: "one", message: "one" },
        { title: "{}", message: null },
        { title: "two", message: "two" },
      ],
    });
    for (const words of ["two", "one", "one"]) {
      await press(message(el), "ArrowUp");
      expect(message(el).value).toBe(words);
    }
    for (const words of ["two", ""]) {
      await press(message(el), "ArrowDown");
      expect(message(el).value).toBe(words);
    }
  });

  it.each([[{ type: "human", content: "hi", id: "1" }], [{ role: "user", content: "hi" }], [["user", "hi"]]])(
    "has %j that it is given first as what is to be said",
    async (only) => {
      const { model, el } = await form({
        describe: { ...CHAT, given: { ...GIVEN, input: { messages: [only], city: "Lisbon" } } },
      });
      expect(message(el).value).toBe("hi");
      await press(message(el), "Enter");
      expect(asked(model, "start")).toMatchObject([{ message: "hi", input: { city: "Lisbon" } }]);
    },
  );

  it("leaves several messages to the form", async () => {
    const messages = [
      ["user", "hi"],
      ["ai", "hello"],
    ];
    const { el } = await form({ describe: { ...CHAT, given: { ...GIVEN, input: { messages } } } });
    expect(byRole(el, "log")).toEqual([]);
    expect(JSON.parse(field(el, "messages").value)).toEqual(messages);
  });

  it("asks for what else the input has", async () => {
    const input = {
      ...schemas.messages,
      properties: { ...schemas.messages.properties, city: { type: "string" } },
      required: ["messages", "city"],
    };
    const { model, el } = await form({ describe: { input, chat: true } });
    await type(message(el), "hello");
    await press(message(el), "Enter");
    expect(asked(model, "start")).toEqual([]);
    await type(field(el, "city"), "Lisbon");
    await press(message(el), "Enter");
    expect(asked(model, "start")).toMatchObject([{ message: "hello", input: { city: "Lisbon" } }]);
  });
});
