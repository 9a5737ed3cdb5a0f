// What a reader sees at first, before they choose: the panel that has something, and no figures that are not known.

import { describe, expect, it } from "vitest";
import { silent } from "../../fixtures/gallery";
import { modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import { summary } from "../builders";
import { byRole, eachOnItsOwn, frame, open, press, show, shown, tab, tell, text } from "../page";

eachOnItsOwn();

const inSight = (el: Element) => byRole(el, "tabpanel")[0]?.getAttribute("aria-label");

describe("the first panel", () => {
  it("is the state where no model spoke", async () => {
    expect(inSight((await shown(silent())).el)).toBe("State");
  });

  it("is that of tokens where one did, and before any task has ended", async () => {
    expect(inSight((await shown(research())).el)).toBe("Tokens");
    expect(inSight((await shown(silent(), 0.5)).el)).toBe("Tokens");
  });

  it("gives way to what comes later, until it is used", async () => {
    const script = research();
    const [untouched, used] = [show(modelOf(script)), show(modelOf(script))];
    const change = {
      seq: 0,
      namespace: "",
      step: 1,
      nodes: ["plan"],
      key: "topic",
      path: "/topic",
      op: "add",
    };
    const ended = { ...script.tables.tasks[0], task_id: "t", status: "success" };
    const rows = { state_diffs: [{ ...change, before: null, after: 1 }], tasks: [ended] };
    for (const { model } of [untouched, used]) model.receive({ type: "delta", n: 1, rows });
    await frame();
    expect([untouched, used].map(({ el }) => inSight(el))).toEqual(["State", "State"]);
    byRole(used.el, "tabpanel")[0]?.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    const messages = [{ ...script.tables.messages.at(-1), source: "model" }];
    for (const { model } of [untouched, used]) model.receive({ type: "delta", n: 2, rows: { messages } });
    await frame();
    expect([untouched, used].map(({ el }) => inSight(el))).toEqual(["Tokens", "State"]);
  });

  it("stays the one that was chosen", async () => {
    const script = silent();
    const { el, model } = show(modelOf(script));
    press(tab(el, "Tokens"), "ArrowLeft");
    await open(el, "Tokens");
    tell(model, script);
    await frame();
    expect(inSight(el)).toBe("Tokens");
  });
});

describe("a run that is over, until its rows come", () => {
  const over = summary({ status: "success", counts: { messages: 12, state_diffs: 3, events: 40 } });

  it("says that they are loaded, and how many there are", async () => {
    const script = research();
    const model = modelOf(script);
    model.traits._summary = over;
    const kernel = model.kernel;
    model.kernel = null; // it is busy
    const { el } = show(model);
    await frame();
    expect(text(byRole(el, "tabpanel")[0])).toBe("Loading 12 messages…");
    expect(text(tab(el, "State"))).toBe("State3");
    expect(text(await open(el, "Events"))).toBe("Loading 40 events…");
    model.kernel = kernel;
    model.receive(script.snapshot());
    await frame();
    expect(text(el)).not.toContain("Loading");
  });

  it("says that they were not loaded where no kernel answers", async () => {
    const model = modelOf(research());
    model.traits._summary = over;
    model.kernel = null;
    const { el } = show(model);
    model.emit("comm:close");
    await frame();
    expect(text(byRole(el, "tabpanel")[0])).toBe("Not loaded: 12 messages.");
  });
});

describe("figures", () => {
  it("are those that are known", async () => {
    const names = (el: Element) => [...el.querySelectorAll(".lgj-figure:not([hidden]) dt")].map(text);
    expect(names((await shown(silent())).el)).toEqual(["elapsed", "steps"]);
    expect(names((await shown(research())).el)).toEqual(["elapsed", "steps", "tokens", "tok/s"]);
  });

  it("tell of a run that was over at once how long it took", async () => {
    const model = modelOf(research());
    model.traits._summary = summary({ status: "error", elapsed: 0.004 });
    model.kernel = null;
    const { el } = show(model);
    await frame();
    expect(text(el.querySelector(".lgj-figure dd"))).toBe("4 ms");
  });
});
