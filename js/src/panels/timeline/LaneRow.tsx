import type { JSX } from "preact";
import { Icon, type IconName } from "../../components/Icon";
import { memo } from "../../components/memo";
import { NodeMark } from "../../components/NodeName";
import { counted, duration, integer } from "../../core/format";
import type { Status } from "../../core/schema";
import { useView } from "../../hooks/context";
import { type Bar, type Box, boxesOf, type Lane, roomAfter } from "./data";
import { LANE_PAD, LINE, laneHeight } from "./placed";
import type { Span } from "./time";
import "./track.css";
import "./LaneRow.css";

/** Statuses that a bar says in words; "success" goes without saying. */
const STATUS_LABELS: Readonly<Partial<Record<Status, { icon: IconName; word: string }>>> = {
  running: { icon: "dots", word: "running" },
  pending: { icon: "dots", word: "waiting" },
  cached: { icon: "return", word: "cached" },
  error: { icon: "cross", word: "error" },
  interrupted: { icon: "pause", word: "interrupted" },
  cancelled: { icon: "stop", word: "cancelled" },
  incomplete: { icon: "warning", word: "incomplete" },
  unreported: { icon: "dash", word: "unreported" },
};

const LETTER = 6.1; // pixels, about, of a letter in a bar
const ICON = 15;

export interface LaneRowProps {
  readonly lane: Lane;
  readonly top: number;
  readonly span: Span;
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
}

function LaneRowView(props: LaneRowProps): JSX.Element {
  const { lane, top, span, width, now, first, end } = props;
  const boxes = boxesOf(lane, span, width, now);
  const room = roomAfter(boxes, width);
  const path =
    lane.visit === null ? lane.path : [...lane.path.slice(0, -1), `${lane.path.at(-1)} #${lane.visit}`];
  const name = [...path, lane.node].join(" › ");
  const { color } = useView().store.marks.of(lane.node);
  return (
    <div
      class="lgj-tl-lane"
      role="group"
      aria-label={`${name}, ${counted(lane.bars.length, "task")}`}
      style={{ top: `${top}px`, height: `${laneHeight(lane)}px`, "--lgj-node": color }}
    >
      <div class="lgj-tl-label" style={{ "--lgj-depth": Math.min(lane.path.length, 5) }} title={name}>
        <NodeMark node={lane.node} />
        <span class="lgj-clip">
          {lane.node}
          {lane.graph === null ? null : <span class="lgj-muted"> {lane.graph}</span>}
          {lane.visit === null ? null : <span class="lgj-muted"> #{lane.visit}</span>}
        </span>
        {lane.bars.length > 1 ? <span class="lgj-tl-times">×{integer(lane.bars.length)}</span> : null}
      </div>
      <div class="lgj-tl-track">
        {boxes.map((box, index) =>
          box.bar.line >= first && box.bar.line < end ? (
            <BarView key={box.bar.task.task_id} box={box} room={room[index] ?? 0} {...props} />
          ) : null,
        )}
      </div>
    </div>
  );
}

export const LaneRow = memo(LaneRowView);

function BarView(props: LaneRowProps & { box: Box; room: number }): JSX.Element {
  const { box, room, scope, span, width, now, active, selected, marked, path } = props;
  const { bar, left, count, status } = box;
  const { task } = bar;
  const id = task.task_id;
  const classes = ["lgj-tl-bar", `lgj-tl-${status}`];
  if (id === selected) classes.push("lgj-tl-selected");
  else if (marked !== null) classes.push(marked.has(id) ? "lgj-tl-marked" : "lgj-tl-other");
  if (id === active) classes.push("lgj-tl-active");
  if (path !== null) classes.push(path.has(id) ? "lgj-tl-critical" : "lgj-tl-beside-path");
  const scale = width / (span.to - span.from);
  const marks = (moments: readonly number[], kind: string) =>
    moments.map((at) => {
      const x = (at - span.from) * scale - left;
      return x > 1 && x < box.width ? (
        <i key={`${kind}${at}`} class={kind} style={{ left: `${x}px` }} />
      ) : null;
    });
  return (
    <div
      id={`${scope}-${id}`}
      class={classes.join(" ")}
      role="option"
      aria-selected={id === selected}
      aria-label={barLabel(box, now)}
      data-task={id}
      style={{
        left: `${left}px`,
        width: `${box.width}px`,
        top: `${bar.line * LINE + LANE_PAD}px`,
      }}
    >
      {count === 1 && box.width > 12 ? marks(bar.retries, "lgj-tl-retry") : null}
      {count === 1 && box.width > 12 ? marks(bar.firstTokens, "lgj-tl-token") : null}
      <BarText box={box} room={room} now={now} inside={Math.min(box.width, width - left)} />
    </div>
  );
}

/** What a bar says, inside of it or, where there is room, beside it: how long, and what went otherwise. */
function BarText(props: { box: Box; room: number; now: number; inside: number }): JSX.Element | null {
  const { box, room, inside } = props;
  const { bar, count, status } = box;
  const label = STATUS_LABELS[status];
  const time = count > 1 ? `${count} tasks` : timeText(bar, props.now);
  const words = [label?.word ?? "", time, count === 1 ? triesText(bar) : ""].filter(Boolean);
  const icon = label ? ICON : 0;
  const fits = (text: string, space: number) => text.length * LETTER + icon + 10 <= space;
  const offset = Math.max(0, -box.left) + 5; // stays in sight when the bar begins before the edge
  const short = label ? [label.word] : [];
  for (const part of [words, short]) {
    if (part.length > 0 && fits(part.join(" "), inside - Math.max(0, -box.left))) {
      return text(part, "inside", offset);
    }
  }
  for (const part of [words, short]) {
    if (part.length > 0 && fits(part.join(" "), room)) return text(part, "beside", box.width + 4);
  }
  return label && inside >= 14 ? text([], "inside", Math.max(0, (box.width - 12) / 2)) : null;

  function text(parts: readonly string[], where: string, from: number): JSX.Element {
    return (
      <span class={`lgj-tl-text lgj-tl-${where}`} style={{ left: `${from}px` }} aria-hidden="true">
        {label ? <Icon name={label.icon} /> : null}
        {parts.join(" ")}
      </span>
    );
  }
}

/** How often it was tried, where that was more than once. */
function triesText({ retries }: Bar): string {
  return retries.length > 0 ? `· ${retries.length + 1} tries` : "";
}

function timeText({ task, from, to }: Bar, now: number): string {
  if (task.status === "cached" || task.status === "unreported") return "";
  return duration(to === null ? Math.max(0, now - from) : (task.latency ?? to - from));
}

function barLabel({ bar, count, status }: Box, now: number): string {
  const { task, from } = bar;
  if (count > 1)
    return `${counted(count, "task")} of ${task.node}, from +${duration(from)}; zoom in to tell them apart`;
  const time = timeText(bar, now);
  const step = task.step === null ? "" : `, step ${task.step}`;
  const took = [time && `, took ${time}`, bar.retries.length > 0 && `, ${bar.retries.length + 1} tries`]
    .filter(Boolean)
    .join("");
  return `${task.node}${step}, ${STATUS_LABELS[status]?.word ?? "success"}, from +${duration(from)}${took}`;
}
