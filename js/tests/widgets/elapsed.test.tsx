// The clock of a panel ticks at its pace.

import { h, render } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { DrawPacer } from "../../src/core/pace";
import { Store } from "../../src/core/store";
import { PanelContext, type View, ViewContext } from "../../src/hooks/context";
import { useElapsedSeconds } from "../../src/hooks/viewport";
import { delta, summary } from "../builders";
import { drawn, frame } from "../page";

function Clock() {
  return h("time", null, useElapsedSeconds(0.2).toFixed(1));
}

/** A run that began ten seconds ago, its clock, and what the panel was asked to draw. */
function clock() {
  const asked = new Set<() => void>();
  const pace = {
    requestDraw: (draw: () => void) => void asked.add(draw),
    cancelDraw: (draw: () => void) => void asked.delete(draw),
  } as unknown as DrawPacer;
  const store = new Store();
  store.setLink({ state: "live" });
  store.apply(delta(1, { summary: summary({ started: 0 }), elapsed: 10 }));
  const el = document.createElement("div");
  const panel = h(PanelContext.Provider, { value: { id: "timeline", pace }, children: h(Clock, null) });
  render(h(ViewContext.Provider, { value: { store } as View, children: panel }), el);
  return { el, asked };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("shows the time when the panel is drawn, as it is then", async () => {
  const { el, asked } = clock();
  await frame(1_000);
  expect(el.textContent).toBe("10.0");
  expect(asked.size).toBe(1);
  for (const draw of asked) draw();
  await drawn();
  expect(Number(el.textContent)).toBeGreaterThan(10.9);
  render(null, el);
  await frame();
  expect(asked.size).toBe(0);
});
