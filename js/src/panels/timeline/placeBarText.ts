// Where the words of a bar stand: inside of it clear of its marks, or beside it. In pixels. Pure.

import type { MeasureText } from "../../components/measureText";

/** A stretch along a bar, from its left edge. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface FreeSpace {
  /** The stretches of the bar that are in sight and have no mark. */
  readonly inside: readonly Stretch[];
  /** Beside its right edge and its left one. */
  readonly after: number;
  readonly before: number;
}

export interface PlacedText {
  readonly text: string;
  readonly where: "inside" | "after" | "before";
  /** From the bar's left edge, or for what stands before it the room between. */
  readonly at: number;
}

const PAD = 5;
const MARK = 5; // on both sides of a mark

/** What is left of a stretch between marks. */
export function stretchesBetween(marks: readonly number[], { from, to }: Stretch): Stretch[] {
  const inSight = [...marks].filter((at) => at > from && at < to).sort((a, b) => a - b);
  const ends = [from - MARK, ...inSight, to + MARK];
  return ends
    .slice(1)
    .map((end, index) => ({ from: (ends[index] as number) + MARK, to: end - MARK }))
    .filter((stretch) => stretch.to > stretch.from);
}

/** The first of the texts that there is room for, and where; `icon` is what stands before each of them. */
export function placeText(
  texts: readonly string[],
  icon: number,
  room: FreeSpace,
  measure: MeasureText,
): PlacedText | null {
  for (const text of texts) {
    const width = icon + measure(text) + 1;
    const stretch = room.inside.find(({ from, to }) => to - from >= width + 2 * PAD);
    if (stretch) return { text, where: "inside", at: stretch.from + PAD };
    if (room.after >= width + PAD) return { text, where: "after", at: PAD };
    if (room.before >= width + PAD) return { text, where: "before", at: PAD };
  }
  return null;
}
