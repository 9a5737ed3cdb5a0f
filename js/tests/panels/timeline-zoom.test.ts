// What part of a run the timeline shows.

import { h, render } from "preact";
import { expect, it } from "vitest";
import type { TimeSpan } from "../../src/panels/timeline/time";
import { useZoom } from "../../src/panels/timeline/useZoom";

it("is the same while a run goes on, until what is shown grows: lanes are drawn in it", () => {
  const spans: TimeSpan[] = [];
  const Timeline = ({ now }: { now: number }) => {
    spans.push(useZoom(now, false).span);
    return null;
  };
  const el = document.createElement("div");
  for (const now of [12.1, 12.3, 120]) render(h(Timeline, { now }), el);
  expect(spans[1]).toBe(spans[0]);
  expect(spans[2]?.to).toBeGreaterThan(120);
});
