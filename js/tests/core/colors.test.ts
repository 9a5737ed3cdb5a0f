import { describe, expect, it } from "vitest";
import { trip } from "../../fixtures/recorded";
import { NO_MARK, NodeMarks } from "../../src/core/colors";
import { type Delta, decodeMessage, type Snapshot } from "../../src/core/connection/protocol";
import type { TaskRow } from "../../src/core/schema";
import { Store } from "../../src/core/store";
import { byHand, delta, message, snapshot, task } from "../builders";

/** Names of which several prefer the same colour: what comes first matters. */
const RIVALS = ["agent", "model", "critic", "research", "review", "writer", "router", "planner"];

const names = Array.from({ length: 30 }, (_, nth) => `node ${nth}`);

function marksOf(store: Store, nodes: readonly string[]): string[] {
  return nodes.map((node) => Object.values(store.marks.markOf(node)).join(" "));
}

function told(...messages: readonly (Delta | Snapshot)[]): Store {
  const store = new Store(byHand(), () => 0);
  for (const each of messages) store.apply(each);
  return store;
}

/** Tasks of these nodes, one a second. */
function tasksOf(nodes: readonly string[]): TaskRow[] {
  return nodes.map((node, nth) => task(`t${nth}`, { node, start_time: nth }));
}

describe("marks of nodes", () => {
  const late = told(snapshot(9, { rows: { tasks: tasksOf(RIVALS) } }));

  it("do not depend on which panel is drawn first", () => {
    const other = new Store(byHand(), () => 0);
    marksOf(other, [...RIVALS].reverse());
    other.apply(snapshot(9, { rows: { tasks: tasksOf(RIVALS) } }));
    expect(marksOf(other, RIVALS)).toEqual(marksOf(late, RIVALS));
    expect(new Set(marksOf(late, RIVALS)).size).toBe(8);
  });

  it("are the same for who saw the run from its beginning and for who came late", () => {
    const live = told(...tasksOf(RIVALS).map((row, nth) => delta(nth + 1, { rows: { tasks: [row] } })));
    expect(marksOf(live, RIVALS)).toEqual(marksOf(late, RIVALS));
  });

  it("follow the time at which a node was first seen, in whatever table", () => {
    // Without the mode that tells of tasks as they start: a message is there before the task that it is of.
    const words = message("m", { node: "critic", start_time: 1 });
    const ended = { start_time: null, status: "success" } as const;
    const agent = task("a", { ...ended, node: "agent", end_time: 2 });
    const critic = task("c", { ...ended, node: "critic", end_time: 3 });
    const custom = { seq: 4, timestamp: 2.5, namespace: "", node: "model", data: 1 };
    const live = told(
      delta(1, { rows: { messages: [words] } }),
      delta(2, { rows: { tasks: [agent] } }),
      delta(3, { rows: { custom: [custom], tasks: [critic] } }),
    );
    const rows = { custom: [custom], messages: [words], tasks: [agent, critic] };
    const nodes = ["critic", "agent", "model"];
    expect(marksOf(live, nodes)).toEqual(marksOf(told(snapshot(3, { rows })), nodes));
    const apart = ["critic", "agent", "model"].map((node) => task(node, { node, start_time: null }));
    expect(marksOf(live, nodes)).toEqual(marksOf(told(snapshot(3, { rows: { tasks: apart } })), nodes));
  });

  it("stay as they are while others appear, and when everything is told again", () => {
    const store = told(delta(1, { rows: { tasks: tasksOf(RIVALS.slice(2)) } }));
    const before = marksOf(store, RIVALS.slice(2));
    store.apply(delta(2, { rows: { tasks: [task("new", { node: "agent", start_time: -1 })] } }));
    expect(marksOf(store, RIVALS.slice(2))).toEqual(before);
    store.apply(snapshot(9, { rows: { tasks: tasksOf(RIVALS) } }));
    expect(marksOf(store, RIVALS.slice(2))).toEqual(before);
  });

  it("are the same in another run for names that nobody contests, whatever came before", () => {
    const one = told(snapshot(1, { rows: { tasks: tasksOf(["agent", "writer", "research"]) } }));
    const other = told(snapshot(1, { rows: { tasks: tasksOf(["research", "agent", "writer"]) } }));
    const nodes = ["agent", "research", "writer"];
    expect(marksOf(other, nodes)).toEqual(marksOf(one, nodes));
    expect(
      marksOf(told(snapshot(1, { rows: { tasks: tasksOf(["model", "agent"]) } })), ["agent"]),
    ).not.toEqual(marksOf(one, ["agent"])); // here it is contested
  });

  it("differ as long as they can", () => {
    const marks = marksOf(told(snapshot(1, { rows: { tasks: tasksOf(names) } })), names);
    expect(new Set(marks.slice(0, 8).map((mark) => mark.split(" ")[0])).size).toBe(8);
    expect(new Set(marks.slice(0, 24)).size).toBe(24);
  });

  it("are for the nodes that a change of the state names, too", () => {
    const store = told(snapshot(1, { rows: { state_diffs: [{ seq: 1, timestamp: 1, nodes: ["a", "b"] }] } }));
    expect(new Set(marksOf(store, ["a", "b"])).size).toBe(2);
    expect(store.marks.markOf("a")).not.toEqual(NO_MARK);
  });

  it("are neutral where there is no node, or none that ran yet", () => {
    expect(new NodeMarks().markOf(null)).toBe(NO_MARK);
    expect(late.marks.markOf("idle")).toBe(NO_MARK);
  });

  it("are the same in a real run, heard one by one or all at once", () => {
    const live = told(...trip.frames.map((frame) => decodeMessage(frame.message) as Delta));
    const all = told(decodeMessage(trip.snapshot()) as Snapshot);
    const nodes = [...new Set(all.tables.tasks.rows.map(({ node }) => node as string))];
    expect(nodes.length).toBeGreaterThan(3);
    expect(marksOf(live, nodes)).toEqual(marksOf(all, nodes));
    for (const node of nodes) expect(all.marks.markOf(node), node).not.toBe(NO_MARK);
  });
});
