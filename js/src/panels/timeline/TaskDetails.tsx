// What one task took in and gave back: the strip under the lanes.

import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { Place } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { TaskTraceback } from "../../components/Traceback";
import { Value } from "../../components/Value";
import { formatDuration, formatTimeSinceStart } from "../../core/format";
import type { Json, MessageRow, TaskRow } from "../../core/schema";
import { DETAILS, TIMELINE } from "../../texts/timeline";
import { taskErrorText, retriesOf } from "./data";
import { TaskTimeSplit } from "./BarPieces";
import "./TaskDetails.css";

const CELLS = ["input", "result", "interrupts"] as const;

interface Props {
  readonly task: TaskRow;
  readonly start: number;
  readonly messages: readonly MessageRow[];
  readonly onClose: () => void;
}

export function TaskDetails({ task, start, messages, onClose }: Props): JSX.Element {
  const cells = CELLS.filter((column) => !isEmptyCell(task[column]));
  const first = messages.find((row) => row.task_id === task.task_id && row.first_token_time !== null);
  const error = taskErrorText(task);
  const retries = retriesOf(task);
  return (
    <section role="group" class="lgj-tl-details" aria-label={TIMELINE.task(task.title ?? task.node ?? "")}>
      <header class="lgj-tl-details-head">
        <Place namespace={task.namespace} node={task.node} />
        {task.title ? <span class="lgj-tl-title">{task.title}</span> : null}
        <StatusBadge status={task.status} small />
        <dl class="lgj-tl-facts">
          {renderFact(DETAILS.step, task.step === null ? null : String(task.step))}
          {renderFact(DETAILS.start, formatTimeSinceStart(task.start_time, start))}
          {renderFact(
            DETAILS.end,
            task.end_time === null ? null : formatTimeSinceStart(task.end_time, start),
          )}
          {renderFact(DETAILS.took, task.latency === null ? null : formatDuration(task.latency))}
          {renderFact(DETAILS.tries, retries.length === 0 ? null : String(retries.length + 1))}
          {renderFact(DETAILS.firstToken, first ? formatTimeSinceStart(first.first_token_time, start) : null)}
        </dl>
        <button
          type="button"
          class="lgj-quiet-button lgj-tl-close"
          onClick={onClose}
          aria-label={DETAILS.close}
        >
          <Icon name="cross" />
        </button>
      </header>
      <div class="lgj-tl-went">
        <TaskTimeSplit task={task} />
      </div>
      {retries.map(({ time, reason }, nth) => (
        <p key={time} class="lgj-tl-tried">
          {DETAILS.failed(
            `${nth + 1}`,
            reason === null ? "" : `: ${reason}`,
            formatTimeSinceStart(time, start),
          )}
        </p>
      ))}
      {error === null || (task.traceback ?? null) !== null ? null : <p class="lgj-tl-error">{error}</p>}
      <div class="lgj-tl-cells">
        {error === null ? null : (
          <div class="lgj-tl-traceback">
            <TaskTraceback key={task.task_id} task={task} />
          </div>
        )}
        {cells.map((column) => (
          <div key={column}>
            <h4>{column}</h4>
            <Value
              key={task.task_id}
              value={task[column] as Json}
              address={{ table: "tasks", key: task.task_id, column }}
            />
          </div>
        ))}
        {cells.length === 0 && error === null ? <span class="lgj-muted">{DETAILS.noData}</span> : null}
      </div>
    </section>
  );
}

function renderFact(name: string, value: string | null): JSX.Element | null {
  return value === null ? null : (
    <div key={name}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function isEmptyCell(value: Json | undefined): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
