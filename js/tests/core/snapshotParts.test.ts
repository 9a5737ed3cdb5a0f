import { describe, expect, it } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { Connection } from "../../src/core/connection/connection";
import { Store } from "../../src/core/store";
import { summary } from "../builders";

function connect() {
  const model = new FakeModel({ _protocol: 1, _summary: summary() });
  const store = new Store();
  new Connection(model, store);
  const requests = () => model.sent.filter(({ type }) => type === "snapshot").length;
  return { model, store, requests };
}

describe("a snapshot of several messages", () => {
  const part = (nth: number, fields: object = {}) => ({
    type: "snapshot",
    n: 7,
    part: nth,
    parts: 3,
    ...fields,
  });
  const first = part(0, {
    elapsed: 2,
    counts: { events: 9 },
    rows: { tasks: [{ task_id: "a" }, { task_id: "b" }] },
    text: [["m", "text", 0, "One "]],
  });
  const second = part(1, { rows: { tasks: [{ task_id: "c" }] }, text: [["m", "text", 4, "🐢 three"]] });
  const third = part(2, { rows: { custom: [{ seq: 1 }] }, text: [["m", "text", 11, " four"]] });

  it("is taken over with the last of them, as one", () => {
    const { model, store, requests } = connect();
    for (const message of [first, second]) {
      model.receive(message);
      expect(store.last).toBe(0);
    }
    model.receive(third);
    expect(store.last).toBe(7);
    expect(store.counts.events).toBe(9);
    expect(store.tables.tasks.rows.map(({ task_id }) => task_id)).toEqual(["a", "b", "c"]);
    expect(store.tables.custom.rows).toHaveLength(1);
    expect(`${store.textOf("m").text}`).toBe("One 🐢 three four");
    expect(store.textOf("m").text.pieces).toHaveLength(1);
    model.receive({ type: "delta", n: 8, elapsed: 1, counts: {} });
    expect(store.last).toBe(8);
    expect(requests()).toBe(0);
  });

  it.each([
    ["its first message", [second, third]],
    ["one in the middle", [first, third]],
    ["the rest of it, before another", [first, { ...second, n: 8 }]],
  ])("is requested anew where it lacks %s", (_, messages) => {
    const { model, store, requests } = connect();
    for (const message of messages) model.receive(message);
    expect(store.last).toBe(0);
    expect(store.elapsed).toBeNull();
    expect(requests()).toBe(1);
    for (const message of [first, second, third]) model.receive(message);
    expect(store.last).toBe(7);
    expect(store.link.state).toBe("live");
  });

  it("loses nothing by what is said between its messages", () => {
    const { model, store } = connect();
    for (const message of [first, { type: "delta", n: 7 }, second, third]) model.receive(message);
    expect(store.tables.tasks.rows).toHaveLength(3);
    expect(store.last).toBe(7);
  });

  it("begins anew with another first message", () => {
    const { model, store, requests } = connect();
    for (const message of [first, second, first, second, third]) model.receive(message);
    expect(store.tables.tasks.rows).toHaveLength(3);
    expect(requests()).toBe(0);
  });
});
