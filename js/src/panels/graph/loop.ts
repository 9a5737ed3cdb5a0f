// An edge from a node to itself: a loop below it, or beside it where the graph is drawn downwards.

import type { Box, Direction, Point, Route } from "./layout";

/** In pixels: how far a loop comes out of its node, how wide it is there and at its widest. */
export const LOOP_SIZE = { reach: 34, foot: 14, belly: 34 };

const LABEL_GAP = 8;

/** `label` is how wide its label is, in pixels; 0 if it has none. */
export function loopRoute({ x, y, width, height }: Box, direction: Direction, label: number): Route {
  const { reach, foot, belly } = LOOP_SIZE;
  // Along the node's edge, and away from it.
  const at = (along: number, away: number): Point =>
    direction === "LR"
      ? { x: x + width / 2 + along, y: y + height + away }
      : { x: x + width + away, y: y + height / 2 + along };
  const points = [
    at(foot, 0),
    at(belly, reach * 0.6),
    at(0, reach * 1.3),
    at(-belly, reach * 0.6),
    at(-foot, 0),
  ];
  const beside = reach + LABEL_GAP + (direction === "LR" ? 0 : label / 2);
  return { points, label: label > 0 ? at(0, beside) : null };
}
