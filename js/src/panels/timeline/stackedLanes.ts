// Where lanes stand under each other, and which of them are on screen. In pixels. Pure but for `scrollTo`.

import type { Viewport } from "../../hooks/viewport";
import type { Lane } from "./data";

export const LINE_HEIGHT = 20; // from one line of a lane to the next, as in LaneRow.css
export const LANE_PAD = 5; // above and below the lines of a lane
const AHEAD = 60; // drawn above and below what is in sight
const HEAD = 66; // at the top, that the axis covers

export interface PlacedLane {
  readonly lane: Lane;
  readonly top: number;
  readonly bottom: number;
}

export function laneHeight(lane: Lane): number {
  return lane.lines * LINE_HEIGHT + 2 * LANE_PAD;
}

export function stackLanes(lanes: readonly Lane[]): PlacedLane[] {
  let top = 0;
  return lanes.map((lane) => {
    const bottom = top + laneHeight(lane);
    const place = { lane, top, bottom };
    top = bottom;
    return place;
  });
}

/** The lanes on screen, each with the lines of it that are. */
export function visibleLanes(
  rows: readonly PlacedLane[],
  { top, height }: Viewport,
): { lane: Lane; top: number; first: number; end: number }[] {
  const [from, to] = [top - AHEAD, top + height + AHEAD];
  return rows
    .filter((row) => row.bottom >= from && row.top <= to)
    .map(({ lane, top: at }) => ({
      lane,
      top: at,
      first: Math.max(0, Math.floor((from - at) / LINE_HEIGHT / 8) * 8),
      end: Math.min(lane.lines, Math.ceil((to - at) / LINE_HEIGHT / 8) * 8 + 1),
    }));
}

/** Scrolls as little as need be to show a line of a lane. */
export function scrollLaneIntoView(box: HTMLElement, { top }: PlacedLane, line: number): void {
  const at = top + LANE_PAD + line * LINE_HEIGHT;
  const room = box.clientHeight - HEAD;
  if (at < box.scrollTop) box.scrollTop = at;
  else if (at + LINE_HEIGHT > box.scrollTop + room) box.scrollTop = at + LINE_HEIGHT - room;
}
