// No root element of a widget is MathJax's: what it finds between two prices is no formula.

import { expect, test } from "vitest";
import { FakeModel } from "../../fixtures/model";
import appForm from "../../src/widgets/app/index";
import batch from "../../src/widgets/batch/index";
import compare from "../../src/widgets/compare/index";
import run from "../../src/widgets/run/index";

test.each([
  ["run", run],
  ["batch", batch],
  ["compare", compare],
  ["form", appForm],
])("the root of %s is kept from it", (_, widget) => {
  const model = new FakeModel({ _protocol: 1, _summary: {}, _panel: null, _branches: [] });
  const el = document.createElement("div");
  const { initialize, render } = widget();
  const close = initialize({ model });
  const remove = render({ model, el });
  expect([...el.classList]).toEqual(expect.arrayContaining(["mathjax_ignore", "tex2jax_ignore"]));
  remove();
  close();
});
