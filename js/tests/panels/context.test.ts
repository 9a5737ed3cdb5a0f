import { describe, expect, it } from "vitest";
import { contextUsesOf } from "../../src/panels/context/data";
import { modelCall } from "../builders";

const all = () => true;
const parts = { system: 100, tools: 300, history: 600, tool_results: 0, media: 0 };

describe("how full a context window is", () => {
  it("is the provider's count of the model's limit, with a warning from 80 %", () => {
    const call = (id: string, input_tokens: number) =>
      modelCall(id, { input_tokens, context_window: 1000, start_time: Number(id) });
    const fillings = contextUsesOf([call("2", 800), call("1", 799), call("3", 1200)], all);
    expect(fillings.map(({ full, warning, taken }) => [full, warning, taken])).toEqual([
      [0.799, null, 0.799],
      [0.8, "nearlyFull", 0.8],
      [1.2, "full", 1],
    ]);
  });

  it("is not known without a limit: bars are then as long as beside the largest call", () => {
    const rows = [modelCall("1", { input_tokens: 50 }), modelCall("2", { input_tokens: 200 })];
    const fillings = contextUsesOf(rows, all);
    expect(fillings.map(({ full, warning, taken }) => [full, warning, taken])).toEqual([
      [null, null, 0.25],
      [null, null, 1],
    ]);
  });

  it("is not known while nobody has counted", () => {
    const [filling] = contextUsesOf([modelCall("1", { context_window: 1000 })], all);
    expect([filling?.full, filling?.taken]).toEqual([null, 0]);
  });
});

describe("the parts of a prompt", () => {
  it("are shares of its characters, those that it has", () => {
    const [filling] = contextUsesOf([modelCall("1", { input_parts: parts })], all);
    expect(filling?.parts).toEqual([
      { name: "system", characters: 100, share: 0.1 },
      { name: "tools", characters: 300, share: 0.3 },
      { name: "history", characters: 600, share: 0.6 },
    ]);
    expect(filling?.knowsTools).toBe(true);
  });

  it("are unknown where nobody reports them, tools also by themselves", () => {
    expect(contextUsesOf([modelCall("1")], all)[0]?.parts).toEqual([]);
    const events = modelCall("1", { input_parts: { ...parts, tools: null } });
    expect(contextUsesOf([events], all)[0]?.knowsTools).toBe(false);
  });
});
