// Modules that the kernel is asked for.

import { beforeEach, expect, it, vi } from "vitest";
import { load } from "../../src/core/assets";
import type { Call } from "../../src/core/connection/methods";

const LOADED = Symbol.for("lg_jupyter.assets");
const LAYOUT = { name: "graph_layout" };
const ASSET = { layoutOf: () => null };

beforeEach(() => {
  delete (globalThis as { [LOADED]?: unknown })[LOADED];
});

/** A kernel that has the text of each module. */
function kernel() {
  return vi.fn(async () => ({ text: "export {}" })) as unknown as Call;
}

it("are asked for by name, once for all widgets of a page", async () => {
  const [one, other] = [kernel(), kernel()];
  const importing = vi.fn(async () => ASSET);
  expect(await load(LAYOUT, one, importing)).toBe(ASSET);
  expect(await load(LAYOUT, other, importing)).toBe(ASSET);
  expect(one).toHaveBeenCalledExactlyOnceWith("asset", { name: "graph_layout" });
  expect(importing).toHaveBeenCalledExactlyOnceWith("export {}");
  expect(other).not.toHaveBeenCalled();
});

it("are asked for again after a failure", async () => {
  const importing = vi.fn(async () => ASSET).mockRejectedValueOnce(new Error("not let"));
  await expect(load(LAYOUT, kernel(), importing)).rejects.toThrow("not let");
  expect(await load(LAYOUT, kernel(), importing)).toBe(ASSET);
});
