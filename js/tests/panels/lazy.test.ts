// What a panel says whose module is not on the page yet.

import { afterEach, describe, expect, it, vi } from "vitest";
import { hostOf } from "../../fixtures/host";
import { modelOf } from "../../fixtures/model";
import { research } from "../../fixtures/stories";
import { begin } from "../../src/widgets/run/index";
import { delta } from "../builders";
import { button, byRole, eachOnItsOwn, frame, open, tell, text } from "../page";

eachOnItsOwn();

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

/** The Events panel of a run that goes on, of which `load` gives the module. */
async function opened(load: () => Promise<never>) {
  const model = modelOf(research());
  const { render, close } = begin({ ...hostOf(model), load });
  const el = document.createElement("div");
  document.body.append(el);
  const undraw = render({ model, el });
  removals.push(undraw, close, () => el.remove());
  tell(model, research(), 1);
  await frame();
  await open(el, "Events");
  const panel = () => text(byRole(el, "tabpanel", "Events")[0]);
  return { model, el, panel };
}

const never = () => new Promise<never>(() => undefined);

describe("a panel whose module has not come", () => {
  it("says that it is loaded, and after a while what may keep the kernel from sending it", async () => {
    const { model, panel } = await opened(never);
    expect(panel()).toBe("Loading the panel…");
    await frame(3_100);
    model.receive(delta(1_000, { elapsed: 4 })); // the run goes on, and is heard
    await frame();
    expect(panel()).toContain("The kernel has not sent it yet. If a cell keeps it busy");
  });

  it("says that it comes after the cell, where that is known to block", async () => {
    const { model, panel } = await opened(never);
    const stop = { available: false, hint: "Use the stop button." };
    model.traits._summary = { ...(model.traits._summary as object), stop };
    model.emit("change:_summary");
    await frame();
    expect(panel()).toBe("This panel comes after the cell, which keeps the kernel from sending it.");
  });

  it("says that nobody answers when the kernel is gone", async () => {
    const { model, panel } = await opened(never);
    model.emit("comm:close");
    await frame();
    expect(panel()).toBe("This panel comes from the kernel, which does not answer.");
  });

  it("says why it was refused, and is asked for again", async () => {
    const load = vi.fn(() => Promise.reject<never>(new Error("There is no module 'events'.")));
    const { el, panel } = await opened(load);
    expect(panel()).toContain("There is no module 'events'.");
    const before = load.mock.calls.length;
    button(el, "Ask again").click();
    await frame();
    expect(load.mock.calls.length).toBe(before + 1);
  });
});
