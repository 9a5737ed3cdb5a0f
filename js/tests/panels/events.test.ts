import { expect, it } from "vitest";
import type { EventRow } from "../../src/core/schema";
import { eventText } from "../../src/panels/events/data";

it("says of an event what the kernel says in words, on a line, else the beginning of its JSON", () => {
  const row = { seq: 1, mode: "messages", data: [{ content: "Tea" }, {}] } as unknown as EventRow;
  expect(eventText({ ...row, text: "Tea,\nplease" })).toBe("Tea, ⏎ please");
  expect(eventText(row)).toBe('[{content: "Tea"}, {}]');
});
