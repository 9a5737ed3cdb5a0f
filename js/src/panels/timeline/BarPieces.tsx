// What went on inside of a task, under its bar's words; and the same in words.

import type { JSX } from "preact";
import type { TaskRow } from "../../core/schema";
import { formatDuration } from "../../core/format";
import { ACTIVITY } from "../../texts/timeline";
import { type Piece, timeSharesOf } from "./pieces";
import type { TimeSpan } from "./time";
import "./Inside.css";

const NARROWEST = 1; // pixels

interface Props {
  readonly pieces: readonly Piece[];
  readonly span: TimeSpan;
  readonly scale: number;
  /** Of the bar, in pixels. */
  readonly left: number;
  readonly width: number;
}

export function BarPieces({ pieces, span, scale, left, width }: Props): JSX.Element {
  const drawn: JSX.Element[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to, activity } of pieces) {
    const start = Math.max(0, (from - span.from) * scale - left);
    const stop = Math.min(width, (to - span.from) * scale - left);
    if (stop - Math.max(start, end) < NARROWEST) continue;
    const style = { left: `${start}px`, width: `${stop - start}px` };
    drawn.push(<i key={from} class={`lgj-tl-piece lgj-tl-${activity}`} style={style} />);
    end = stop;
  }
  return <div class="lgj-tl-pieces">{drawn}</div>;
}

/** "waiting for a model 2.10 s, tools 150 ms, own code 20 ms"; empty where that is not known. */
export function taskTimeSplitText(task: TaskRow): string {
  return timeSharesOf(task)
    .map(({ activity, seconds }) => `${ACTIVITY.wentTo[activity]} ${formatDuration(seconds)}`)
    .join(", ");
}

/** What a task's time went to, each with the mark that it has in the bar. */
export function TaskTimeSplit({ task }: { task: TaskRow }): JSX.Element | null {
  const shares = timeSharesOf(task);
  if (shares.length === 0) return null;
  return (
    <ul class="lgj-tl-split">
      {shares.map(({ activity, seconds }) => (
        <li key={activity}>
          <i class={`lgj-tl-swatch lgj-tl-${activity}`} />
          {ACTIVITY.wentTo[activity]} {formatDuration(seconds)}
        </li>
      ))}
    </ul>
  );
}
