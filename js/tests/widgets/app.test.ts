// The form's widget on a page without Jupyter: what it asks of the kernel, and what it shows of its answers.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeModel, modelOf } from "../../fixtures/model";
import schemas from "../../fixtures/schemas.json";
import { research } from "../../fixtures/stories";
import widget from "../../src/widgets/app/index";
import { button, byRole, tell, text } from "../page";

const frame = (milliseconds = 60) => vi.advanceTimersByTimeAsync(milliseconds);
const removals: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  for (const remove of removals.splice(0)) remove();
  await frame();
  vi.useRealTimers();
});

const GIVEN = { input: null, config: null, context: null, said: null };

const DESCRIPTION = {
  kind: "local",
  name: "agent",
  assistant: null,
  input: schemas.typedDict,
  context: null,
  config: { type: "object", properties: { recursion_limit: { type: "integer", minimum: 1 } } },
  notes: [],
  chat: false,
  remembers: true,
  given: GIVEN,
};

const IDLE = {
  status: "success",
  target: "agent",
  thread: null,
  turn: 0,
  panels: true,
  earlier: [],
  run: null,
};

const RUN = {
  number: 1,
  model: "view",
  status: "running",
  error: null,
  note: null,
  thread_id: "t",
  asks: 0,
  here: true,
};

interface Kernel {
  describe?: object;
  answers?: Record<string, unknown>;
  errors?: Record<string, string>;
  views?: Record<string, FakeModel>;
}

/** A form on the page, and a kernel that answers as it is told to. */
async function form({ describe: told = {}, answers = {}, errors = {}, views = {} }: Kernel = {}) {
  const model = new FakeModel({ _protocol: 1, _summary: IDLE });
  Object.assign(model, { widget_manager: { get_model: async (id: string) => views[id] } });
  const known: Record<string, unknown> = {
    describe: { ...DESCRIPTION, ...told },
    conversation: { turn: 0, messages: [] },
    start: { number: 1 },
    threads: [{ value: "t-1", label: "t-1", detail: "used here" }],
    code: { text: "lg_jupyter.stream(agent, {})" },
    ...answers,
  };
  model.kernel = ({ id, method }) => {
    if (!method) return;
    const reply = method in errors ? { error: errors[method] } : { result: known[method] ?? true };
    setTimeout(() => model.receive({ type: "reply", id, ...reply }), 5);
  };
  const { initialize, render } = widget();
  const close = initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  const unmount = render({ model, el });
  removals.push(() => {
    unmount();
    close();
    el.remove();
  });
  const summarize = async (news: object) => {
    model.traits._summary = { ...(model.traits._summary as object), ...news };
    model.emit("change:_summary");
    await frame();
  };
  await frame();
  return { model, el, summarize, known };
}

const asked = (model: FakeModel, method: string) =>
  model.sent.filter((sent) => sent.method === method).map(({ params }) => params);

const field = (el: Element, name: string) => {
  const label = [...el.querySelectorAll("label")].find((each) => each.textContent === name);
  return document.getElementById(label?.htmlFor ?? "") as HTMLTextAreaElement;
};

async function type(input: HTMLTextAreaElement, value: string) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
}

async function press(input: Element, key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  input.dispatchEvent(event);
  await frame();
  return event;
}

const message = (el: Element) => el.querySelector("textarea[aria-label=Message]") as HTMLTextAreaElement;

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
      { input: { topic: "tea" }, config: null, context: null, said: null, assistant: null },
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

  it("recalls what was given before", async () => {
    const given = { ...GIVEN, input: { topic: "rain", count: 2, who: null } };
    const { model, el, summarize } = await form({ answers: { earlier: given } });
    await summarize({
      earlier: [
        { title: "tea", said: null },
        { title: "rain", said: null },
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
    expect(text(byRole(el, "region", "The same in Python")[0])).toContain("something to correct first");
    await type(field(el, "topic"), "a");
    await type(field(el, "count"), "1");
    await frame(400);
    expect(text(byRole(el, "region", "The same in Python")[0])).toContain("lg_jupyter.stream(agent, {})");
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

const CHAT = { input: schemas.messages, chat: true };

const said = (role: string, words: string, more: object = {}) => ({
  id: words,
  role,
  name: null,
  text: words,
  tool_calls: [],
  ...more,
});

describe("a chat", () => {
  it("sends with Enter, and begins a line with Shift+Enter", async () => {
    const { model, el } = await form({ describe: CHAT });
    await type(message(el), "hello");
    expect((await press(message(el), "Enter", { shiftKey: true })).defaultPrevented).toBe(false);
    expect(asked(model, "start")).toEqual([]);
    await press(message(el), "Enter");
    expect(asked(model, "start")).toMatchObject([{ said: "hello", input: {} }]);
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
    expect(view.listenerCount).toBe(0);
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
        { title: "one", said: "one" },
        { title: "{}", said: null },
        { title: "two", said: "two" },
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
      expect(asked(model, "start")).toMatchObject([{ said: "hi", input: { city: "Lisbon" } }]);
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
    expect(asked(model, "start")).toMatchObject([{ said: "hello", input: { city: "Lisbon" } }]);
  });
});
