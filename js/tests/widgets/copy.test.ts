// What is copied of the messages.

import { expect, it, vi } from "vitest";
import { research } from "../../fixtures/stories";
import { asked, eachOnItsOwn, frame, shown } from "../page";

eachOnItsOwn();

const copyButton = (el: Element) =>
  el.querySelector("[title='Copy the messages as JSON']") as HTMLButtonElement;

it("is all messages as JSON, in one click; those that are shown, where a filter narrows", async () => {
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  const { el, model } = await shown(research());
  copyButton(el).click();
  await frame();
  expect(writeText.mock.calls).toEqual([['[\n  {\n    "role": "user",\n    "content": "hi"\n  }\n]']]);
  ([...el.querySelectorAll("button")].find((each) => each.textContent === "Filter") as HTMLElement).click();
  await frame();
  const field = el.querySelector(".lgj-search input") as HTMLInputElement;
  field.value = "magnet";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await frame(400);
  copyButton(el).click();
  await frame();
  const [all, narrowed] = asked(model, "messages") as [object, { ids: string[] }];
  expect(all).toEqual({});
  expect(narrowed.ids.length).toBeGreaterThan(0);
  vi.unstubAllGlobals();
});
