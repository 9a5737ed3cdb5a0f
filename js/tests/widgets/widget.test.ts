// The whole widget on a page without Jupyter: what a person finds there, by role and text.

import { describe, expect, it, vi } from "vitest";
import { FakeModel, modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import { message, summary } from "../builders";
import {
  asked,
  button,
  byRole,
  cards,
  eachOnItsOwn,
  frame,
  open,
  show,
  shown,
  tab,
  tell,
  text,
} from "../page";

eachOnItsOwn();

describe("the header", () => {
  it("says what runs and how it goes, in words", async () => {
    const { el } = await shown(research(), 4);
    const header = text(el.querySelector("header"));
    expect(header).toContain("Running");
    expect(header).toContain("research_agent");
    expect(header).toMatch(/\d\.\d s ?elapsed/);
    expect(header).toContain("2steps");
    expect(header).toMatch(/\d+tokens/);
    expect(button(el, "Stop").disabled).toBe(false);
  });

  it("says how it ended, and takes Stop away", async () => {
    const { el } = await shown(research());
    expect(text(el.querySelector("header"))).toContain("Success");
    expect(button(el, "Stop")).toBeUndefined();
  });

  it.each([
    ["error", "Error", "ConnectionError: search backend closed"],
    ["cancelled", "Cancelled", "Stopped: kept"],
    ["interrupted", "Interrupted", ""],
  ] as const)("of a run that ends by %s", async (ends, word, notice) => {
    const { el } = await shown(research({ ends }));
    expect(text(el.querySelector("header"))).toContain(word);
    expect(text(el)).toContain(notice);
  });

  it("tells the speed of all tokens, though they were counted after the end", async () => {
    const over = { status: "success", started: 100, ended: 102 } as const;
    const model = new FakeModel({ _protocol: 1, _summary: summary({ ...over, tokens: 2 }) });
    const { el } = show(model);
    await frame();
    model.traits._summary = summary({ ...over, tokens: 200 });
    model.emit("change:_summary");
    await frame();
    expect(text(el.querySelector("header"))).toContain("100tok/s");
  });

  it("keeps what came of calls that told no usage beside what others counted", async () => {
    const usage = { input_tokens: 12, output_tokens: 181, total_tokens: 193 };
    const traits = summary({ status: "cancelled", started: 100, ended: 102, tokens: 228, usage });
    const model = new FakeModel({ _protocol: 1, _summary: traits });
    const { el } = show(model);
    await frame();
    expect(text(el.querySelector("header"))).toContain("12 in · 181 out · 47 uncountedtokens");
    model.traits._summary = { ...traits, tokens: 181 };
    model.emit("change:_summary");
    await frame();
    expect(text(el.querySelector("header"))).toContain("12 in · 181 outtokens");
  });

  it("tells what its calls cost by list price, and of how many nobody knows it", async () => {
    const usage = { input_tokens: 12, output_tokens: 181, total_tokens: 193, cost: 0.0031 };
    const traits = summary({ status: "success", started: 100, ended: 102, tokens: 181, usage });
    const model = new FakeModel({ _protocol: 1, _summary: traits });
    const { el } = show(model);
    await frame();
    expect(text(el.querySelector(".lgj-figure-cost"))).toBe("$0.0031list price");
    model.traits._summary = { ...traits, usage: { ...usage, unpriced_calls: 2 } };
    model.emit("change:_summary");
    await frame();
    const cost = el.querySelector(".lgj-figure-cost") as HTMLElement;
    expect(text(cost).replaceAll("\u00a0", " ")).toBe("$0.0031 + ?list price");
    expect(cost.title.replaceAll("\u00a0", " ")).toContain("Without 2 calls whose cost is not known");
  });

  it("says what leaves a record where a page that was loaded anew keeps an unfilled one", async () => {
    const record = document.createElement("div");
    record.className = "lgj-record lgj-record-1 lgj-running";
    document.body.append(record);
    const over = { status: "success", started: 100, ended: 102, record: "lgj-record-1" } as const;
    const { el } = show(new FakeModel({ _protocol: 1, _summary: summary(over) }));
    await frame(2000);
    expect(text(el)).not.toContain("run.show()");
    await frame(2000);
    expect(text(el)).toContain("this cell keeps no record");
    record.className = "lgj-record lgj-record-1";
    const filled = show(new FakeModel({ _protocol: 1, _summary: summary(over) }));
    await frame(4000);
    expect(text(filled.el)).not.toContain("run.show()");
    record.remove();
  });

  it("waits before the start", async () => {
    const { el } = show(new FakeModel({ _protocol: 1, _summary: summary({ status: "pending" }) }));
    await frame();
    expect(text(el.querySelector("header"))).toContain("Waiting");
    expect(text(el)).toContain("No messages yet.");
  });

  it("sends Stop and tells the answer", async () => {
    const { el, model } = await shown(research(), 4);
    button(el, "Stop").click();
    await frame();
    expect(model.sent.some(({ method }) => method === "cancel")).toBe(true);
    expect(button(el, "Stopping").disabled).toBe(true);
    expect(text(el)).toContain("Stopping the run.");
  });

  it("tells when Stop was refused, and lets one try again", async () => {
    const script = research();
    const model = modelOf(script);
    model.kernel = ({ id, method }) => {
      if (method === "cancel") model.receive({ type: "reply", id, error: "The run cannot be stopped now." });
    };
    const { el } = show(model);
    tell(model, script, 4);
    await frame();
    button(el, "Stop").click();
    await frame();
    expect(text(byRole(el, "alert")[0])).toBe("The run cannot be stopped now.");
    expect(button(el, "Stop").disabled).toBe(false);
  });

  it("says what to do where Stop is not heard", async () => {
    const stop = { available: false, hint: "Use ■ of the notebook, or --background." };
    const { el } = show(new FakeModel({ _protocol: 1, _summary: summary({ stop }) }));
    await frame();
    expect(button(el, "Stop").disabled).toBe(true);
    expect(text(el)).toContain(stop.hint);
  });

  it("stops its clock when the kernel is gone, and says so", async () => {
    const { el, model } = await shown(research(), 4);
    model.emit("comm:close");
    await frame();
    const elapsed = () => text(el.querySelector(".lgj-figure dd"));
    const before = elapsed();
    await frame(250);
    expect(elapsed()).toBe(before);
    expect(text(el.querySelector("header"))).toContain("Unknown");
    expect(text(byRole(el, "alert")[0])).toContain("The kernel is gone");
    expect(button(el, "Stop").disabled).toBe(true);
  });

  it("says when page and kernel speak different protocols", async () => {
    const { el } = show(new FakeModel({ _protocol: 9, _summary: {} }));
    await frame();
    expect(text(byRole(el, "alert")[0])).toContain("protocol 1, the kernel 9");
  });
});

describe("the tokens", () => {
  it("have a card for each message, and a tool's result under its call", async () => {
    const { el } = await shown(research());
    const asking = cards(el).filter((card) => text(card).includes("Let me look for"));
    expect(asking.length).toBeGreaterThan(0);
    for (const card of asking) {
      expect(text(card)).toContain("search");
      expect(text(card)).toMatch(/query: "[^"]+", limit: 5/);
      expect(text(card.querySelector(".lgj-result"))).not.toBe("");
      expect(text(card.querySelector("footer"))).toMatch(/\d+ in · \d+ out/);
    }
  });

  it("stand side by side when they come at the same time", async () => {
    const { el } = await shown(research());
    const sizes = [...el.querySelectorAll(".lgj-group")].map((group) => group.children.length);
    expect(sizes).toContain(3);
  });

  it("grow by what is new", async () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    const { el } = show(model);
    model.receive({
      type: "delta",
      n: 1,
      rows: { messages: [message("m")] },
      text: [["m", "text", 0, "The "]],
    });
    await frame();
    const first = el.querySelector(".lgj-block")?.firstChild;
    model.receive({ type: "delta", n: 2, text: [["m", "text", 4, "<b>turtle</b>"]] });
    await frame();
    expect(text(el.querySelector(".lgj-text"))).toBe("The <b>turtle</b>");
    expect(el.querySelector(".lgj-block")?.firstChild).toBe(first);
    expect(el.querySelector("article b:not(.lgj-speaker)")).toBeNull();
  });

  it("show arguments as they come", async () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    const { el } = show(model);
    model.receive({
      type: "delta",
      n: 1,
      rows: { messages: [message("m")] },
      text: [["m", "tool_call:0", 0, '{"ci']],
    });
    await frame();
    expect(text(el.querySelector(".lgj-call"))).toContain('{"ci');
    const whole = {
      message_id: "m",
      status: "success",
      tool_calls: [{ id: "c", name: "weather", args: { city: "Pisa" } }],
    };
    model.receive({
      type: "delta",
      n: 2,
      rows: { messages: [whole] },
      text: [["m", "tool_call:0", 4, 'ty":"Pisa"}']],
    });
    await frame();
    expect(text(el.querySelector(".lgj-call"))).toBe('weathercity: "Pisa"');
  });

  it("fold reasoning once the answer begins, until the reader opens it", async () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    const { el } = show(model);
    model.receive({
      type: "delta",
      n: 1,
      rows: { messages: [message("m")] },
      text: [["m", "reasoning", 0, "Hmm."]],
    });
    await frame();
    expect(text(el.querySelector(".lgj-thought"))).toBe("Hmm.");
    model.receive({ type: "delta", n: 2, text: [["m", "text", 0, "Yes."]] });
    await frame();
    expect(el.querySelector(".lgj-thought")).toBeNull();
    button(el, "Reasoning").click();
    await frame();
    expect(text(el.querySelector(".lgj-thought"))).toBe("Hmm.");
  });

  it("become Markdown when finished, raw on a toggle", async () => {
    const { el } = await shown(research());
    const report = cards(el).find((card) => text(card).includes("How sea turtles find home")) as HTMLElement;
    expect(report.querySelector("table")).not.toBeNull();
    button(report, "Raw").click();
    await frame();
    expect(report.querySelector("table")).toBeNull();
    expect(text(report)).toContain("## How sea turtles find home");
  });
});

describe("catching up", () => {
  it("fills a gap by a snapshot", async () => {
    const script = research();
    const model = modelOf(script);
    const { el } = show(model);
    for (const [nth, { message: told }] of script.frames.entries()) if (nth !== 5) model.receive(told);
    await frame();
    expect(model.sent.filter(({ type }) => type === "snapshot")).toHaveLength(1);
    expect(text(el)).toContain("How sea turtles find home");
    expect(text(el)).not.toContain("catching up");
  });

  it("fills a view made after a reload", async () => {
    const script = research();
    const model = modelOf(script);
    model.traits._summary = script.summary;
    const { el } = show(model);
    await vi.waitFor(() => expect(text(el)).toContain("How sea turtles find home"));
  });

  it("shows the same in a second view", async () => {
    const { another } = await shown(research());
    const second = another();
    await frame();
    expect(cards(second).length).toBeGreaterThan(0);
    expect(text(second.querySelector("header"))).toContain("Success");
  });
});

describe("the events", () => {
  it("are fetched where the reader looks", async () => {
    const { el, model } = await shown(research());
    const panel = await open(el, "Events");
    expect(byRole(panel, "row").length).toBeGreaterThan(10);
    expect(byRole(panel, "table")[0]?.getAttribute("aria-rowcount")).toBe("461");
    const offsets = asked(model, "events").map((params) => params?.offset);
    expect(offsets).toContain(400);
    expect(offsets).not.toContain(100);
  });

  it("are narrowed by mode and text", async () => {
    const { el } = await shown(research());
    const panel = await open(el, "Events");
    button(panel, "Mode").click();
    await frame();
    [...panel.querySelectorAll("label")]
      .find((label) => text(label) === "custom")
      ?.querySelector("input")
      ?.click();
    await frame();
    expect(byRole(panel, "table", "15 matching")).toHaveLength(1);
    button(el, "Filter").click();
    await frame();
    const search = el.querySelector("input[type=search]") as HTMLInputElement;
    search.value = "nowhere";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    await frame(400);
    expect(text(panel)).toContain("No event matches.");
  });

  it("open to their data", async () => {
    const { el, model } = await shown(research());
    const panel = await open(el, "Events");
    byRole(panel, "row").at(-1)?.click();
    await frame();
    expect(asked(model, "event")).toEqual([{ seq: 459 }]);
    expect(text(panel.querySelector(".lgj-details"))).toContain("checkpoint");
    expect(button(panel, "Copy as JSON")).toBeDefined();
  });

  it("tell why they cannot be shown", async () => {
    const script = research();
    const model = modelOf(script);
    model.kernel = ({ id }) => model.receive({ type: "reply", id, error: "The events are gone." });
    const { el } = show(model);
    tell(model, script);
    await frame();
    expect(text(await open(el, "Events"))).toContain("The events are gone.");
  });
});

describe("the other panels", () => {
  it("show their rows", async () => {
    const { el } = await shown(research());
    const panel = await open(el, "Subgraphs");
    expect(byRole(panel, "columnheader").length).toBeGreaterThan(3);
    expect(text(panel)).toContain("researcher_graph");
  });

  it("have a tab for interrupts when there are some", async () => {
    const { el } = await shown(research({ ends: "interrupted" }));
    expect(text(await open(el, "Interrupts"))).toContain("Publish this report?");
    expect(tab((await shown(research())).el, "Interrupts")).toBeUndefined();
  });

  it("fetch a big cell when asked to", async () => {
    const { el, model } = await shown(research());
    const panel = await open(el, "State");
    byRole(panel, "row", "")
      .find((row) => text(row).includes("report"))
      ?.click();
    await frame();
    button(panel, "Load all 5.2").click();
    await frame();
    expect(asked(model, "value")).toMatchObject([{ table: "state_diffs", column: "after" }]);
    expect(text(panel)).toContain("The whole of a long value.");
  });
});
