import type { JSX } from "preact";
import { NodeMark } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { formatDuration } from "../../core/format";
import { namespaceNames } from "../../core/namespace";
import { isFinal, type TaskRow } from "../../core/schema";
import type { Viewport } from "../../hooks/viewport";
import { TIMELINE } from "../../texts/timeline";
import { taskErrorText, retriesOf } from "./data";
import { TaskTimeSplit } from "./BarPieces";
import "./Tip.css";

/** A task that the pointer is on, and where. */
export interface HoveredTask {
  readonly task: TaskRow;
  readonly x: number;
  readonly y: number;
}

interface TipProps {
  readonly hover: HoveredTask;
  readonly start: number;
  readonly now: number;
  readonly viewport: Viewport;
  readonly names: ReadonlyMap<string, string>;
}

export function TaskTooltip(props: TipProps): JSX.Element {
  const { hover, start, now, viewport } = props;
  const { task, x, y } = hover;
  const from = (task.start_time ?? task.end_time ?? start) - start;
  const took = task.latency ?? (task.end_time === null ? (isFinal(task.status) ? null : now - from) : null);
  const side = x > viewport.width / 2 ? { right: `${viewport.width - x + 10}px` } : { left: `${x + 12}px` };
  const error = taskErrorText(task);
  const retries = retriesOf(task).length;
  return (
    <div
      class="lgj-tip"
      style={{ ...side, top: `${Math.max(0, Math.min(y + 46, viewport.height - 40))}px` }}
      aria-hidden="true"
    >
      <div class="lgj-tip-head">
        <NodeMark node={task.node} />
        <b>{[...namespaceNames(task.namespace, props.names), task.node].join(" › ")}</b>
        <StatusBadge status={task.status} small />
      </div>
      {task.title ? <div>{task.title}</div> : null}
      <div>
        {task.step === null ? "" : `${TIMELINE.step(`${task.step}`)} · `}
        {task.start_time === null ? "" : `${TIMELINE.from(formatDuration(from))} `}
        {task.end_time === null ? "" : `${TIMELINE.to(formatDuration(task.end_time - start))} `}
        {took === null ? "" : `· ${formatDuration(took)}`}
        {retries === 0 ? "" : ` · ${TIMELINE.tries(`${retries + 1}`)}`}
      </div>
      <TaskTimeSplit task={task} />
      {error === null ? null : <div class="lgj-problem lgj-clip">{error}</div>}
    </div>
  );
}
