// Where the words stand that say of a cut in the axis why the run waited. In pixels. Pure.

import type { MeasureText } from "../../components/measureText";
import type { WaitCut } from "../../core/waits";

export interface PlacedWait {
  readonly cut: WaitCut;
  readonly left: number;
  readonly side: "after" | "before";
  /** How wide its words may be; where that is too little for all of them, a tooltip has them. */
  readonly room: number;
}

const PAD = 10; // the words' own, and the line's

/** Those on screen, each on the side where there is room for its words, and clear of the words before it. */
export function placeWaits(
  cuts: readonly WaitCut[],
  at: (seconds: number) => number,
  width: number,
  measure: MeasureText,
): PlacedWait[] {
  let free = 0; // from here on there are no words
  const shown = cuts.filter((cut) => at(cut.at) >= -1 && at(cut.at) <= width + 1);
  return shown.map((cut, index) => {
    const left = at(cut.at);
    const next = shown[index + 1];
    const wide = measure(cut.text) + PAD;
    const [before, after] = [left - free, (next ? at(next.at) : width) - left];
    const side = after >= wide || after >= before ? "after" : "before";
    const room = Math.max(0, side === "after" ? after : before);
    free = side === "after" ? left + Math.min(room, wide) : left;
    return { cut, left, side, room };
  });
}
