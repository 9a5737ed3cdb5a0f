// What stands above and behind the lanes: the time axis, steps as bands, checkpoints, the critical path.

import type { JSX } from "preact";
import type { MeasureText } from "../../components/measureText";
import { formatDuration } from "../../core/format";
import { namespaceLabel } from "../../core/namespace";
import type { WaitCut } from "../../core/waits";
import { useView } from "../../hooks/context";
import { AXIS, TIMELINE } from "../../texts/timeline";
import type { CriticalPath, PathTask } from "./criticalPath";
import { placeWaits } from "./placedWaits";
import type { StepBand, CheckpointTick } from "./data";
import { type TimeSpan, tickLabel, ticksInSpan } from "./time";
import "./track.css";
import "./Axis.css";

const TICK_EVERY = 90; // pixels, about
const TICK_PAD = 6; // pixels before a tick's words, with its line
const STEP_PAD = 4; // pixels beside a step's name

interface AxisProps {
  readonly span: TimeSpan;
  readonly width: number;
  readonly bands: readonly StepBand[];
  readonly checkpoints: readonly CheckpointTick[];
  readonly cuts: readonly WaitCut[];
  readonly path: CriticalPath | null;
  readonly selectedStep: number | null;
  readonly onStep: (step: number) => void;
  readonly measure: MeasureText;
}

export function TimeAxis(props: AxisProps): JSX.Element {
  const { span, width, checkpoints, cuts, path } = props;
  const scale = width / (span.to - span.from);
  const at = (seconds: number) => (seconds - span.from) * scale;
  return (
    <div class="lgj-tl-axis">
      <div class="lgj-tl-label lgj-tl-heads" aria-hidden="true">
        <span>{AXIS.time}</span>
        <span>{AXIS.steps}</span>
        {props.cuts.length > 0 ? <span>{AXIS.waits}</span> : null}
        {path ? <span>{AXIS.path}</span> : null}
      </div>
      <div class="lgj-tl-track">
        <div class="lgj-tl-ticks" aria-hidden="true">
          {ticksInSpan(span, width / TICK_EVERY).map((tick) => {
            const label = tickLabel(tick, span);
            const fits = at(tick) + props.measure(label) + TICK_PAD <= width;
            return (
              <span key={tick} style={{ left: `${at(tick)}px` }}>
                {fits ? label : null}
              </span>
            );
          })}
        </div>
        <Steps {...props} at={at} />
        <Checkpoints ticks={checkpoints} at={at} width={width} />
        {cuts.length > 0 ? <WaitMarks {...props} at={at} /> : null}
        {path ? <CriticalPathLine path={path} at={at} span={span} /> : null}
      </div>
    </div>
  );
}

type At = (seconds: number) => number;

function Steps({ bands, at, width, selectedStep, onStep, measure }: AxisProps & { at: At }): JSX.Element {
  return (
    <div class="lgj-tl-steps">
      {mergeNarrowBands(bands, at, width).map(({ step, left, right, last }) => {
        const name = last === step ? TIMELINE.step(`${step}`) : TIMELINE.steps(`${step}`, `${last}`);
        const took = formatDuration((right - left) / (at(1) - at(0)));
        const number = last === step ? `${step}` : `${step}–${last}`;
        const shown = [name, number].find((text) => measure(text) + STEP_PAD <= right - left);
        return (
          <button
            key={step}
            type="button"
            tabIndex={-1}
            class={`lgj-tl-step ${selectedStep === step ? "lgj-chosen" : ""}`}
            style={{ left: `${left}px`, width: `${Math.max(2, right - left - 1)}px` }}
            title={`${name}: ${took}`}
            onClick={() => onStep(step)}
          >
            {shown}
          </button>
        );
      })}
    </div>
  );
}

/** The bands on screen; those too narrow to be seen alone become one. */
function mergeNarrowBands(
  bands: readonly StepBand[],
  at: At,
  width: number,
): { step: number; last: number; left: number; right: number }[] {
  const shown: { step: number; last: number; left: number; right: number }[] = [];
  for (const { step, from, to } of bands) {
    const [left, right] = [Math.max(-2, at(from)), Math.min(width + 2, at(to))];
    if (right < 0 || left > width) continue;
    const before = shown.at(-1);
    if (before && right - before.left < 14) {
      before.right = right;
      before.last = step;
    } else shown.push({ step, last: step, left, right });
  }
  return shown;
}

/** Where the run waited: that took none of the axis. */
function WaitMarks({ cuts, at, width, measure }: AxisProps & { at: At }): JSX.Element {
  return (
    <div class="lgj-tl-cuts">
      {placeWaits(cuts, at, width, measure).map(({ cut, left, side, room }) => (
        <span
          key={cut.at}
          class={side === "before" ? "lgj-tl-before" : ""}
          style={{
            ...(side === "before" ? { right: `${width - left}px` } : { left: `${left}px` }),
            maxWidth: `${room}px`,
          }}
          title={cut.text}
        >
          {cut.text}
        </span>
      ))}
    </div>
  );
}

function Checkpoints({
  ticks: all,
  at,
  width,
}: {
  ticks: readonly CheckpointTick[];
  at: At;
  width: number;
}): JSX.Element {
  let before = Number.NEGATIVE_INFINITY;
  return (
    <div class="lgj-tl-checkpoints" role="presentation">
      {all.map(({ at: moment, row }) => {
        const left = at(moment);
        if (left < 0 || left > width || left - before < 3) return null;
        before = left;
        const facts = [
          AXIS.checkpoint(namespaceLabel(row.namespace)),
          row.step === null ? "" : TIMELINE.step(`${row.step}`),
          `+${formatDuration(moment)}`,
        ];
        return (
          <i key={row.checkpoint_id} style={{ left: `${left}px` }} title={facts.filter(Boolean).join(", ")} />
        );
      })}
    </div>
  );
}

function CriticalPathLine({ path, at, span }: { path: CriticalPath; at: At; span: TimeSpan }): JSX.Element {
  const { marks } = useView().store;
  const inSight = ({ from, to }: TimeSpan) => to >= span.from && from <= span.to && at(to) - at(from) >= 0.5;
  return (
    <div class="lgj-tl-path" aria-hidden="true">
      {path.gaps.filter(inSight).map(({ from, to }) => (
        <i
          key={`gap ${from}`}
          class="lgj-tl-gap"
          style={{ left: `${at(from)}px`, width: `${at(to) - at(from)}px` }}
          title={AXIS.between(formatDuration(to - from))}
        />
      ))}
      {mergeNarrowLeaves(path.leaves.filter(inSight), at).map(({ task, from, to }) => (
        <i
          key={task.task_id}
          style={{
            left: `${at(from)}px`,
            width: `${Math.max(1, at(to) - at(from) - 1)}px`,
            background: marks.markOf(task.node).color,
          }}
          title={`${namespaceLabel(task.namespace, "")} ${task.node}: ${formatDuration(to - from)}`}
        />
      ))}
    </div>
  );
}

/** Leaves too narrow to be seen are part of the one before them. */
function mergeNarrowLeaves(leaves: readonly PathTask[], at: At): PathTask[] {
  const shown: PathTask[] = [];
  for (const leaf of leaves) {
    const before = shown.at(-1);
    const narrow = at(leaf.to) - at(leaf.from) < 3;
    if (before && narrow && at(leaf.from) - at(before.to) < 1)
      shown[shown.length - 1] = { ...before, to: leaf.to };
    else shown.push(leaf);
  }
  return shown;
}

/** Steps as bands, and a line at each tick, behind the lanes. */
export function Backdrop({
  span,
  width,
  bands,
  cuts,
}: Pick<AxisProps, "span" | "width" | "bands" | "cuts">): JSX.Element {
  const scale = width / (span.to - span.from);
  const at = (seconds: number) => (seconds - span.from) * scale;
  return (
    <div class="lgj-tl-backdrop" aria-hidden="true">
      {mergeNarrowBands(bands, at, width).map(({ step, left, right }, index) => (
        <i
          key={step}
          class={index % 2 ? "lgj-tl-band" : "lgj-tl-band lgj-tl-odd"}
          style={{ left: `${left}px`, width: `${Math.max(1, right - left)}px` }}
        />
      ))}
      {ticksInSpan(span, width / TICK_EVERY).map((tick) => (
        <b key={tick} style={{ left: `${at(tick)}px` }} />
      ))}
      {cuts.map((cut) => (
        <u key={cut.at} style={{ left: `${at(cut.at)}px` }} />
      ))}
    </div>
  );
}
