// No root element of a widget is MathJax's: what it finds between two prices is no formula.

import { expect, test } from "vitest";
import { hostOf } from "../../fixtures/host";
import { FakeModel } from "../../fixtures/model";
import { begin as appForm } from "../../src/widgets/app/index";
import { begin as batch } from "../../src/widgets/batch/index";
import { begin as compare } from "../../src/widgets/compare/index";
import { begin as run } from "../../src/widgets/run/index";

test.each([
  ["run", run],
  ["batch", batch],
  ["compare", compare],
  ["form", appForm],
])("the root of %s is kept from it", (_, begin) => {
  const model = new FakeModel({ _protocol: 1, _summary: {}, _panel: null, _branches: [] });
  const el = document.createElement("div");
  const { render, close } = begin(hostOf(model));
  const remove = render({ model, el });
  expect([...el.classList]).toEqual(expect.arrayContaining(["mathjax_ignore", "tex2jax_ignore"]));
  remove();
  close();
});
