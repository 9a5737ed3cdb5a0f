// The looks of a release: on the page once, within its own widgets only, in shadow roots too.

import { expect, it, vi } from "vitest";

const styles = () => [...document.head.querySelectorAll("style[data-lgj]")];

async function release() {
  vi.resetModules(); // each release has a module of its own
  return import("../../src/core/styles");
}

function element(): HTMLElement {
  const el = document.createElement("div");
  document.body.append(el);
  return el;
}

it("are on the page once for all widgets, and hold in these alone", async () => {
  const { addSheet, attachStyles } = await release();
  addSheet(".lgj-root{color:red}", "@keyframes lgj-spin{to{rotate:1turn}}");
  addSheet(".lgj-tab{color:blue}");
  const el = element();
  attachStyles(el, "one");
  attachStyles(element(), "one");
  expect(el.classList.contains("lgj-one")).toBe(true);
  expect(styles().map((style) => style.textContent)).toEqual([
    ":where(.lgj-one){.lgj-root{color:red}}@keyframes lgj-spin{to{rotate:1turn}}\n" +
      ":where(.lgj-one){.lgj-tab{color:blue}}",
  ]);
  addSheet(".lgj-late{}"); // with a panel that opens later
  expect(
    styles()
      .map((style) => style.textContent)
      .at(-1),
  ).toBe(":where(.lgj-one){.lgj-late{}}");
});

it("reach a shadow root for as long as there are widgets in it", async () => {
  const { addSheet, attachStyles } = await release();
  addSheet(".lgj-root{}");
  const host = element().attachShadow({ mode: "open" });
  const [one, other] = [document.createElement("div"), document.createElement("div")];
  host.append(one, other);
  const detach = [attachStyles(one, "two"), attachStyles(other, "two")];
  expect(host.querySelectorAll("style")).toHaveLength(1);
  addSheet(".lgj-late{}");
  expect(host.querySelectorAll("style")).toHaveLength(2);
  detach[0]?.();
  expect(host.querySelectorAll("style")).toHaveLength(2);
  detach[1]?.();
  expect(host.querySelectorAll("style")).toHaveLength(0);
});
