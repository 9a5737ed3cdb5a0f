// Breakpoints of the nodes that are drawn.

import { breakpointAt } from "../../steer/breakpointPath";
import type { RunSteering } from "../../steer/runSteering";
import type { VisibleNode } from "./data";
import type { Direction } from "./layout";
import type { NodeBreakpoints } from "./NodeBox";

/** Runs stop only where something is kept to go on from, and in subgraphs where the kernel says so. */
export function breakpointPathOf(steer: RunSteering, id: string): string | null {
  return steer.known?.fork_blocker === null ? breakpointAt(id, steer.known.breakpoint_holders) : null;
}

export function nodeBreakpointsOf(
  steer: RunSteering,
  { id, kind }: VisibleNode,
  direction: Direction,
): NodeBreakpoints | null {
  const path = breakpointPathOf(steer, id);
  if (path === null || (kind !== "node" && kind !== "group")) return null;
  const every = path.replace(/[^/]*$/, "*");
  const stops = (names: readonly string[]) => names.includes(path) || names.includes(every);
  return {
    before: stops(steer.stops.before),
    after: stops(steer.stops.after),
    direction,
    toggle: (when) => steer.toggle(when, path),
  };
}
