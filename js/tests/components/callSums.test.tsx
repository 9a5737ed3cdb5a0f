import { render } from "preact";
import { expect, it, vi } from "vitest";
import { CallSums } from "../../src/components/CallSums";
import { Store } from "../../src/core/store";
import { type View, ViewContext } from "../../src/hooks/context";
import { useTable } from "../../src/hooks/store";
import { byHand, delta, modelCall } from "../builders";
import { text } from "../page";

function OfAll() {
  return <CallSums calls={useTable("model_calls").rows} by={["node"]} columns={["total_tokens"]} />;
}

it("sums a table's own rows, which change in place, and has nothing to choose between where there is one way", async () => {
  const schedule = byHand();
  const store = new Store(schedule, () => 0);
  const host = document.createElement("div");
  const tell = async (n: number, tokens: number) => {
    const row = modelCall("c", { node: "melt", total_tokens: tokens });
    store.apply(delta(n, { rows: { model_calls: [row] } }));
    schedule.tick();
  };
  await tell(1, 40);
  const view = { store } as unknown as View;
  render(<ViewContext.Provider value={view} children={<OfAll />} />, host);
  expect(text(host)).toBe("NodeTotalmelt40");
  await tell(2, 1_000);
  await vi.waitFor(() => expect(text(host)).toBe("NodeTotalmelt1,000"));
  render(null, host);
});
