import type { JSX } from "preact";
import type { MeasureText } from "../../components/measureText";
import { memo } from "../../components/memo";
import { NodeMark } from "../../components/NodeName";
import { formatCountWithNoun, formatDuration, formatInteger } from "../../core/format";
import type { Status } from "../../core/schema";
import { useView } from "../../hooks/context";
import { TIMELINE } from "../../texts/timeline";
import { BarText, STATUS_LABELS, taskTimeText } from "./BarText";
import { type Bar, type BarBox, barBoxesOf, type Lane, freeSpaceBeside } from "./data";
import { BarPieces, taskTimeSplitText } from "./BarPieces";
import { LANE_PAD, LINE_HEIGHT, laneHeight } from "./stackedLanes";
import type { TimeSpan } from "./time";
import "./track.css";
import "./LaneRow.css";

export interface LaneRowProps {
  readonly lane: Lane;
  readonly top: number;
  readonly span: TimeSpan;
  readonly width: number;
  readonly now: number;
  /** Lines in sight: [first, one past the last]. */
  readonly first: number;
  readonly end: number;
  readonly label: number;
  readonly active: string | null;
  readonly selected: string | null;
  readonly marked: ReadonlySet<string> | null;
  readonly path: ReadonlySet<string> | null;
  readonly scope: string;
  /** Of the words in and beside bars. */
  readonly measure: MeasureText;
}

function LaneRowView(props: LaneRowProps): JSX.Element {
  const { lane, top, span, width, now, first, end, active, selected, marked, path, scope, measure } = props;
  const boxes = barBoxesOf(lane, span, width, now);
  const room = freeSpaceBeside(boxes, width);
  const name = [...lane.path, lane.node].join(" › ");
  const { color } = useView().store.marks.markOf(lane.node);
  return (
    <div
      class="lgj-tl-lane"
      role="group"
      aria-label={TIMELINE.lane(name, formatCountWithNoun(lane.bars.length, "task"))}
      style={{ top: `${top}px`, height: `${laneHeight(lane)}px`, "--lgj-node": color }}
    >
      <div class="lgj-tl-label" style={{ "--lgj-depth": Math.min(lane.path.length, 5) }} title={name}>
        <NodeMark node={lane.node} />
        <span class="lgj-clip">
          {lane.node}
          {lane.graph === null ? null : <span class="lgj-muted"> {lane.graph}</span>}
        </span>
        {lane.bars.length > 1 ? <span class="lgj-tl-times">×{formatInteger(lane.bars.length)}</span> : null}
      </div>
      <div class="lgj-tl-track">
        {boxes.map(({ bar, ...box }, index) => {
          if (bar.line < first || bar.line >= end) return null;
          const id = bar.task.task_id;
          return (
            <BarBoxView
              key={id}
              {...{ bar, span, marked, path, scope, measure }}
              left={box.left}
              wide={box.width}
              count={box.count}
              status={box.status}
              {...(room[index] ?? { after: 0, before: 0 })}
              width={width}
              now={bar.to === null ? now : 0}
              isActive={id === active}
              isSelected={id === selected}
            />
          );
        })}
      </div>
    </div>
  );
}

export const LaneRow = memo(LaneRowView);

/** What is drawn of a box, each for itself: those of which none is another stay as they were drawn. */
interface BarProps
  extends Pick<LaneRowProps, "span" | "width" | "now" | "marked" | "path" | "scope" | "measure"> {
  readonly bar: Bar;
  readonly left: number;
  readonly wide: number;
  readonly count: number;
  readonly status: Status;
  readonly after: number;
  readonly before: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
}

function BarView(props: BarProps): JSX.Element {
  const { bar, left, wide, count, status, scope, span, width, now, marked, path } = props;
  const box: BarBox = { bar, left, width: wide, count, status };
  const { task } = bar;
  const id = task.task_id;
  const classes = ["lgj-tl-bar", `lgj-tl-${status}`];
  if (props.isSelected) classes.push("lgj-tl-selected");
  else if (marked !== null) classes.push(marked.has(id) ? "lgj-tl-marked" : "lgj-tl-other");
  if (props.isActive) classes.push("lgj-tl-active");
  if (path !== null) classes.push(path.has(id) ? "lgj-tl-critical" : "lgj-tl-beside-path");
  const scale = width / (span.to - span.from);
  const marksOf = (moments: readonly number[]) =>
    count === 1 && box.width > 12
      ? moments.map((at) => (at - span.from) * scale - left).filter((x) => x > 1 && x < box.width)
      : [];
  const [retries, tokens] = [marksOf(bar.retries), marksOf(bar.firstTokens)];
  const drawn = (marks: readonly number[], kind: string) =>
    marks.map((x) => <i key={`${kind}${x}`} class={kind} style={{ left: `${x}px` }} />);
  return (
    <div
      id={`${scope}-${id}`}
      class={classes.join(" ")}
      role="option"
      aria-selected={props.isSelected}
      aria-label={barLabel(box, now)}
      data-task={id}
      style={{
        left: `${left}px`,
        width: `${box.width}px`,
        top: `${bar.line * LINE_HEIGHT + LANE_PAD}px`,
      }}
    >
      {count === 1 && bar.pieces.length > 0 ? (
        <BarPieces pieces={bar.pieces} {...{ span, scale, left }} width={box.width} />
      ) : null}
      {drawn(retries, "lgj-tl-again")}
      {drawn(tokens, "lgj-tl-token")}
      <BarText
        box={box}
        now={now}
        width={width}
        marks={[...retries, ...tokens]}
        after={props.after}
        before={props.before}
        measure={props.measure}
      />
    </div>
  );
}

const BarBoxView = memo(BarView);

function barLabel({ bar, count, status }: BarBox, now: number): string {
  const { task, from } = bar;
  if (count > 1)
    return `${TIMELINE.together(formatCountWithNoun(count, "task"), task.node ?? "")}, ${TIMELINE.from(formatDuration(from))}; ${TIMELINE.zoomIn}`;
  const step = task.step === null ? "" : `, ${TIMELINE.step(`${task.step}`)}`;
  const word = STATUS_LABELS[status]?.word;
  const tries = bar.retries.length > 0 ? `· ${TIMELINE.tries(`${bar.retries.length + 1}`)}` : "";
  // What the bar shows stands in it as it is shown.
  const shown = [task.title && `${task.title} ·`, word, taskTimeText(bar, now), tries]
    .filter(Boolean)
    .join(" ");
  const parts = [
    `${task.node}${step}`,
    word ? "" : TIMELINE.success,
    shown,
    TIMELINE.from(formatDuration(from)),
  ];
  parts.push(taskTimeSplitText(task));
  return parts.filter(Boolean).join(", ");
}
