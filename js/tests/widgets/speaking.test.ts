// Messages that speak side by side, each in a card that is only so high.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { delta, message, summary } from "../builders";
import { frame, show } from "../page";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("asks no card how high it is while words come: to answer, the browser would lay out at once", async () => {
  const model = new FakeModel({ _protocol: 1, _summary: summary(), _panel: "tokens" });
  const { el } = show(model);
  const speaking = { first_token_time: 1 };
  model.receive(delta(1, { rows: { messages: [message("a", speaking), message("b", speaking)] } }));
  await frame();
  const asked: Element[] = [];
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(function (this: Element) {
    asked.push(this);
    return 0;
  });
  model.receive(delta(2, { text: [["a", "text", 0, "Tea"]] }));
  await frame();
  expect(el.querySelector(".lgj-speaking")?.textContent).toContain("Tea");
  expect(asked.filter((each) => each.matches(".lgj-card"))).toEqual([]);
});
