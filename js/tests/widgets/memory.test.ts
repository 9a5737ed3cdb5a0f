// The panel of memory: what a store holds is read when it is asked for.

import { describe, expect, it } from "vitest";
import { STORE_ITEMS } from "../../fixtures/calls";
import { FakeModel } from "../../fixtures/model";
import { delta, storeOp, summary } from "../builders";
import { button, eachOnItsOwn, frame, open, show, text } from "../page";

eachOnItsOwn();

async function shown(answer: object) {
  const model = new FakeModel({ _protocol: 1, _summary: summary() });
  model.kernel = ({ id, method }) => {
    if (method === "store_items") model.receive({ type: "reply", id, ...answer });
  };
  const { el } = show(model);
  model.receive(delta(1, { rows: { store_ops: [storeOp("put", { store_namespace: "users", key: "a" })] } }));
  await frame();
  await open(el, "Memory");
  button(el, "Read it").click();
  await frame();
  return el.querySelector(".lgj-memory-now") as HTMLElement;
}

describe("what a store holds now", () => {
  it("is listed by namespace and key, big values by their beginning", async () => {
    const now = await shown({ result: { items: STORE_ITEMS } });
    expect([...now.querySelectorAll("li")].map((item) => text(item.firstElementChild))).toEqual([
      "users.ada likes",
      "users.ada notes",
    ]);
    expect(text(now)).toContain("2 items");
    expect(text(now)).toContain("once upon a time…");
    expect(text(now)).toContain("Read again");
  });

  it("is said where there is none, or where it cannot be read", async () => {
    expect(text(await shown({ result: { items: [] } }))).toContain("0 items");
    const now = await shown({ error: "the graph has no store" });
    expect(text(now.querySelector("[role=alert]"))).toBe("the graph has no store");
  });
});
