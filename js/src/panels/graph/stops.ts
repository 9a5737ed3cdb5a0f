// Breakpoints of the nodes that are drawn.

import type { Steer } from "../../steer/steer";
import type { DrawnNode } from "./data";
import type { Direction } from "./layout";
import type { NodeStops } from "./NodeBox";

/** Runs stop at nodes of the whole graph, and only where something is kept to go on from. */
export function canStop(steer: Steer, id: string): boolean {
  return steer.known?.why_no_branch === null && !id.includes(":");
}

export function stopsOf(steer: Steer, { id, kind }: DrawnNode, direction: Direction): NodeStops | null {
  if (!canStop(steer, id) || (kind !== "node" && kind !== "group")) return null;
  const { before, after } = steer.stops;
  return {
    before: before.includes(id) || before.includes("*"),
    after: after.includes(id) || after.includes("*"),
    direction,
    toggle: (when) => steer.toggle(when, id),
  };
}
