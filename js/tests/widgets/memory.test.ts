// The panel of memory: what a store holds is read when it is asked for.

import { describe, expect, it } from "vitest";
import { STORE_ITEMS } from "../../fixtures/calls";
import type { Methods } from "../../src/core/connection/methods";
import { storeOp } from "../builders";
import { button, eachOnItsOwn, frame, open, shownRows, text } from "../page";

eachOnItsOwn();

async function shown(store_items: Methods["store_items"]["result"] | Error) {
  const store_ops = [storeOp("put", { store_namespace: "users", key: "a" })];
  const el = await shownRows({ store_ops }, { store_items });
  await open(el, "Memory");
  button(el, "Read it").click();
  await frame();
  return el.querySelector(".lgj-memory-now") as HTMLElement;
}

describe("what a store holds now", () => {
  it("is listed by namespace and key, big values by their beginning", async () => {
    const now = await shown({ items: STORE_ITEMS });
    expect([...now.querySelectorAll("li")].map((item) => text(item.firstElementChild))).toEqual([
      "users.ada likes",
      "users.ada notes",
    ]);
    expect(text(now)).toContain("2 items");
    expect(text(now)).toContain("once upon a time…");
    expect(text(now)).toContain("Read again");
  });

  it("is said where there is none, or where it cannot be read", async () => {
    expect(text(await shown({ items: [] }))).toContain("0 items");
    const now = await shown(new Error("the graph has no store"));
    expect(text(now.querySelector("[role=alert]"))).toBe("the graph has no store");
  });
});
