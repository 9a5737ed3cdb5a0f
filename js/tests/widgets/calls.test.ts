// The panel of calls, and the way to it from a message.

import { describe, expect, it } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { delta, message, modelCall, summary, toolCall } from "../builders";
import { asked, button, byRole, eachOnItsOwn, frame, open, show, shownRows, text } from "../page";

eachOnItsOwn();

const FIRST = modelCall("c1", {
  message_id: "m1",
  start_time: 1,
  system: "be brief",
  input: [
    { type: "system", content: "be brief" },
    { type: "human", content: "rain?" },
  ],
  repeated_messages: 0,
});
const SECOND = modelCall("c2", {
  message_id: "m2",
  start_time: 3,
  system: "be brief",
  input: [...(FIRST.input as object[]), { type: "ai", content: "wait" }] as never,
  repeated_messages: 2,
  tools: [{ name: "weather", input_schema: {} }],
});

const shownCalls = (fields: object = {}) =>
  shownRows({
    messages: [message("m1"), message("m2")],
    model_calls: [FIRST, SECOND],
    tool_calls: [toolCall("t", { requested_by: "c1", start_time: 2, known_from: "inferred" })],
    ...fields,
  });

const rowsIn = (el: Element) => [...el.querySelectorAll(".lgj-calls .lgj-row:not(.lgj-head)")];

describe("the panel of calls", () => {
  it("lists calls in order, tools under what requested them", async () => {
    const el = await shownCalls();
    await open(el, "Calls");
    expect(rowsIn(el).map((row) => text(row.querySelector(".lgj-call-name")))).toEqual([
      "gpt",
      "weatherinferred",
      "gpt",
    ]);
  });

  it("opens a call: its system prompt first, messages as before folded", async () => {
    const el = await shownCalls();
    await open(el, "Calls");
    (rowsIn(el)[2] as HTMLElement).click();
    await frame();
    const details = el.querySelector(".lgj-call-details");
    expect([...(details?.querySelectorAll("dt") ?? [])].map(text)).toEqual([
      "System prompt",
      "Messages",
      "Tools",
    ]);
    expect(text(details)).toContain("1 message as before, 1 new");
    expect(text(details)).not.toContain("rain?");
    button(details as Element, "as before").click();
    await frame();
    expect(text(details)).toContain("rain?");
  });

  it("says what is not known of a call that is inferred", async () => {
    const el = await shownCalls();
    await open(el, "Calls");
    (rowsIn(el)[1] as HTMLElement).click();
    await frame();
    expect(text(el.querySelector(".lgj-call-known"))).toContain("when it began is not known");
  });

  it("is opened by a message, at the call that it came of", async () => {
    const el = await shownCalls();
    const card = [...el.querySelectorAll("article")][1] as HTMLElement;
    button(card, "Prompt").click();
    await frame();
    await frame();
    expect(byRole(el, "tab", "Calls")[0]?.getAttribute("aria-selected")).toBe("true");
    expect(el.querySelectorAll(".lgj-call-details").length).toBe(1);
    expect(rowsIn(el)[2]?.getAttribute("aria-current")).toBe("true");
  });

  it("is opened by the key p on a message, but not where a text is typed or p belongs to the page", async () => {
    const el = await shownCalls();
    const card = [...el.querySelectorAll("article")][1] as HTMLElement;
    const isOpen = () => byRole(el, "tab", "Calls")[0]?.getAttribute("aria-selected") === "true";
    const press = async (to: Element, more: object = {}) => {
      to.dispatchEvent(new KeyboardEvent("keydown", { key: "p", bubbles: true, ...more }));
      await frame();
    };
    const field = card.appendChild(document.createElement("textarea"));
    await press(field);
    await press(card, { ctrlKey: true });
    expect(isOpen()).toBe(false);
    await press(card);
    expect(isOpen()).toBe(true);
  });

  it("has no way from a message of which no call is known", async () => {
    const el = await shownCalls({ model_calls: [], tool_calls: [] });
    expect(button(el, "Prompt")).toBeUndefined();
  });

  it("marks what is other than in the agent's call before, and shows it", async () => {
    const before = { ...FIRST, parameters: { temperature: 0 }, tools: [{ name: "old" }] };
    const now = { ...SECOND, parameters: { temperature: 1 }, previous_call: "c1" };
    const changed = ["system", "tools", "parameters"];
    const el = await shownCalls({
      model_calls: [before, { ...now, system: "be very brief", changed }],
    });
    await open(el, "Calls");
    (rowsIn(el)[2] as HTMLElement).click();
    await frame();
    const [system, tools, parameters] = [...el.querySelectorAll(".lgj-changed")] as HTMLElement[];
    expect(system?.getAttribute("aria-expanded")).toBe("false");
    system?.click();
    await frame();
    expect([...el.querySelectorAll("ins")].map(text)).toEqual([" very", "weather", "1"]);
    expect([...el.querySelectorAll("del")].map(text)).toEqual(["old", "0"]);
    expect([tools, parameters].every((each) => each?.getAttribute("aria-expanded") === "true")).toBe(true);
  });

  it("sorts by a column: one way, the other, and as they called each other again", async () => {
    const el = await shownCalls({
      model_calls: [
        { ...FIRST, latency: 1 },
        { ...SECOND, latency: 2 },
      ],
    });
    await open(el, "Calls");
    const head = () => byRole(el, "columnheader").find((each) => text(each).startsWith("Latency"));
    const order = async () => {
      button(head() as Element, "Latency").click();
      await frame();
      const kinds = rowsIn(el).map((row) => text(row.querySelectorAll(".lgj-cell")[5] ?? null));
      return [head()?.getAttribute("aria-sort"), kinds];
    };
    expect(head()?.getAttribute("aria-sort")).toBe("none");
    expect(await order()).toEqual(["descending", ["2.00 s", "1.00 s", "–"]]);
    expect(await order()).toEqual(["ascending", ["1.00 s", "2.00 s", "–"]]);
    expect(await order()).toEqual(["none", ["1.00 s", "–", "2.00 s"]]);
  });

  it("says of a failed call who answered what, which try it was, and leads to the next", async () => {
    const error = { error: "RateLimitError", message: "slow down", status_code: 429, request_id: "req_7" };
    const failed = { ...FIRST, status: "error", provider: "openai", error, message_id: null } as const;
    const again = { ...SECOND, retry_of: "c1", attempt: 2 };
    const el = await shownCalls({ model_calls: [failed, again] });
    await open(el, "Calls");
    (rowsIn(el)[0] as HTMLElement).click();
    await frame();
    const why = el.querySelector(".lgj-call-failure");
    expect(text(why)).toContain("RateLimitError: slow down");
    expect(text(why)).toContain("openai · status 429 · request req_7 · 2 messages sent · try 1 of 2");
    button(why as Element, "Show the next try").click();
    await frame();
    await frame();
    expect(el.querySelectorAll(".lgj-call-details").length).toBe(2);
  });

  it("tells what calls used and cost before their sums are opened", async () => {
    const used = { input_tokens: 1200, output_tokens: 30, cache_read_tokens: 200, cost: 0.25 };
    const el = await shownCalls({ model_calls: [{ ...FIRST, ...used }, SECOND] });
    await open(el, "Calls");
    expect(text(button(el, "Totals"))).toBe("Totals3 calls · 1,200 in (200 cached) · 30 out · $0.2500 + ?");
  });

  it("stays where the reader is: a list that follows nothing does not go to its end", async () => {
    const el = await shownCalls();
    await open(el, "Calls");
    const box = el.querySelector(".lgj-calls .lgj-scroll") as HTMLElement;
    Object.defineProperty(box, "scrollHeight", { value: 500 });
    Object.defineProperty(box, "clientHeight", { value: 500, configurable: true });
    document.dispatchEvent(new Event("pointerup"));
    Object.defineProperty(box, "clientHeight", { value: 300 });
    document.dispatchEvent(new Event("pointerup"));
    expect(box.scrollTop).toBe(0);
  });

  it("has the kernel write what is copied", async () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    const { el } = show(model);
    model.receive(delta(1, { rows: { messages: [], model_calls: [FIRST, SECOND], tool_calls: [] } }));
    await frame();
    await open(el, "Calls");
    (rowsIn(el)[0] as HTMLElement).click();
    await frame();
    (el.querySelector("[title='Copy as Python']") as HTMLElement).click();
    await frame();
    expect(asked(model, "prompt")).toEqual([{ call_id: "c1", form: "python" }]);
  });

  it("sums the calls that are shown, by model or tool, agent or node, without a kernel", async () => {
    const agents = [
      { ...FIRST, agent_name: "Ada", node: "plan", input_tokens: 1_000 },
      { ...SECOND, agent_name: "Ada", node: "write", input_tokens: 200 },
    ];
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    const { el } = show(model);
    model.receive(delta(1, { rows: { messages: [], model_calls: agents, tool_calls: [toolCall("t")] } }));
    await frame();
    const panel = await open(el, "Calls");
    button(panel, "Totals").click();
    await frame();
    const sums = () =>
      [...panel.querySelectorAll(".lgj-sums tbody tr")].map((row) =>
        [...row.children].slice(0, 4).map(text).join(" "),
      );
    const by = async (way: string) => {
      button(panel.querySelector(".lgj-sum-ways") as Element, way).click();
      await frame();
      return sums();
    };
    expect(sums()).toEqual(["gpt 2 0 1,200", "weather 1 0 –"]);
    expect(await by("Node")).toEqual(["plan 1 0 1,000", "write 1 0 200", "– 1 0 –"]);
    expect(await by("Agent")).toEqual(["Ada 2 0 1,200", "– 1 0 –"]);
    model.receive(delta(2, { rows: { model_calls: [{ ...SECOND, agent_name: "Bo", input_tokens: 5 }] } }));
    await frame(2_000);
    expect(sums()).toEqual(["Ada 1 0 1,000", "Bo 1 0 5", "– 1 0 –"]);
    expect(model.sent.map(({ method }) => method)).not.toContain("call_totals");
  });

  it("sorts the sums by the column that is pressed, and no more at the third press", async () => {
    const el = await shownRows({
      model_calls: [
        { ...FIRST, model: "some", output_tokens: 412 },
        { ...SECOND, model: "another" },
        modelCall("c3", { model: "most", output_tokens: 1_000 }),
      ],
    });
    const panel = await open(el, "Calls");
    button(panel, "Totals").click();
    await frame();
    const press = async (title: string) => {
      button(panel.querySelector(".lgj-sums") as Element, title).click();
      await frame();
      return [...panel.querySelectorAll(".lgj-sums tbody th")].map(text);
    };
    expect(await press("Out")).toEqual(["most", "some", "another"]);
    expect(panel.querySelector(".lgj-sums [aria-sort=descending]")?.textContent).toBe("Out");
    expect(await press("Out")).toEqual(["some", "most", "another"]);
    expect(await press("Out")).toEqual(["some", "another", "most"]);
    expect(await press("Model or tool")).toEqual(["another", "most", "some"]);
  });

  it("is where the banner of a failed run leads", async () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    const { el } = show(model);
    const failure = {
      ...{ where: "agent · step 1", why: "ValueError: no", task_id: null, namespace: "", step: 1 },
      ...{ call_id: "c2", traced: false },
    };
    const told = { status: "error", error: { error: "ValueError", message: "no" }, failure };
    model.receive(delta(1, { rows: { messages: [], model_calls: [FIRST, SECOND] }, summary: told }));
    await frame();
    button(el, "Show the call").click();
    await frame();
    await frame();
    expect(byRole(el, "tab", "Calls")[0]?.getAttribute("aria-selected")).toBe("true");
    expect(rowsIn(el)[1]?.getAttribute("aria-current")).toBe("true");
  });
});
