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

function WithTotal() {
  const calls = useTable("model_calls").rows;
  return <CallSums calls={calls} by={["node"]} columns={["total_tokens", "cost"]} total="All nodes" />;
}

it("has the sums over all in a last row, however it is sorted", async () => {
  const schedule = byHand();
  const store = new Store(schedule, () => 0);
  const host = document.createElement("div");
  const used = { melt: 40, freeze: 2, stir: null };
  const rows = Object.entries(used).map(([node, tokens]) => modelCall(node, { node, total_tokens: tokens }));
  store.apply(delta(1, { rows: { model_calls: rows } }));
  schedule.tick();
  const view = { store } as unknown as View;
  render(<ViewContext.Provider value={view} children={<WithTotal />} />, host);
  const names = () => [...host.querySelectorAll("th[scope=row]")].map((each) => each.textContent);
  const press = (title: string) =>
    [...host.querySelectorAll("button")].find(({ textContent }) => textContent?.includes(title))?.click();
  expect(names()).toEqual(["melt", "freeze", "stir", "All nodes"]);
  expect(text(host.querySelector("tfoot") as HTMLElement)).toBe("All nodes42–");
  press("Node");
  await vi.waitFor(() => expect(names()).toEqual(["freeze", "melt", "stir", "All nodes"]));
  press("Total");
  await vi.waitFor(() => expect(names()).toEqual(["melt", "freeze", "stir", "All nodes"]));
  render(null, host);
});
