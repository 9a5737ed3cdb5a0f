import type { JSX } from "preact";
import { Place } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { VirtualList } from "../../components/VirtualList";
import { formatDuration, formatInteger } from "../../core/format";
import { COMPARE, NODES, PATH } from "../../texts/compare";
import { differenceText, SIDES, type Side, type TaskPair } from "./data";
import { NoDifference } from "./NoDifference";
import type { PanelProps } from "./panel";
import "../../components/DataTable.css";

/** How long each execution of a node took, and what its model calls gave out. All have times: all are shown. */
export function TasksPanel({ compared }: PanelProps): JSX.Element {
  const { tasks } = compared;
  if (tasks.length === 0) {
    return <NoDifference some={false} same="" none={PATH.none} />;
  }
  const longest = Math.max(
    0,
    ...tasks.flatMap(({ latency_a, latency_b }) => [latency_a ?? 0, latency_b ?? 0]),
  );
  return (
    <div
      class="lgj-table lgj-tasks-table"
      style={{
        "--lgj-tracks": "minmax(90px, 1fr) minmax(96px, 1.1fr) minmax(96px, 1.1fr) 70px 60px 60px",
      }}
    >
      <VirtualList
        role="table"
        label={NODES.name}
        count={tasks.length}
        keyOf={(index) => index}
        head={
          <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
            {NODES.columns.map((head, nth) => (
              <div key={head} class={`lgj-cell ${nth > 2 ? "lgj-end" : ""}`} role="columnheader">
                {head}
              </div>
            ))}
          </div>
        }
        render={(index) => <Line row={tasks[index] as TaskPair} place={index} longest={longest} />}
      />
    </div>
  );
}

function Line({ row, place, longest }: { row: TaskPair; place: number; longest: number }): JSX.Element {
  return (
    <div class="lgj-row" role="row" aria-rowindex={place + 2}>
      <div class="lgj-cell" role="cell">
        <Place namespace={row.namespace} node={row.node} />
        {row.occurrence > 0 ? <span class="lgj-muted"> #{row.occurrence + 1}</span> : null}
      </div>
      {SIDES.map((side) => (
        <Latency key={side} row={row} side={side} longest={longest} />
      ))}
      <div class="lgj-cell lgj-end" role="cell">
        {differenceText(row.latency_a, row.latency_b, formatDuration) || <span class="lgj-muted">–</span>}
      </div>
      {SIDES.map((side) => (
        <div key={side} class="lgj-cell lgj-end" role="cell">
          {row[`output_tokens_${side}`] ? (
            formatInteger(row[`output_tokens_${side}`])
          ) : (
            <span class="lgj-muted">–</span>
          )}
        </div>
      ))}
    </div>
  );
}

function Latency({ row, side, longest }: { row: TaskPair; side: Side; longest: number }): JSX.Element {
  const [status, latency] = [row[`status_${side}`], row[`latency_${side}`]];
  if (status === null) {
    return (
      <div class="lgj-cell lgj-muted" role="cell">
        {COMPARE.missing}
      </div>
    );
  }
  const share = latency === null || longest === 0 ? 0 : latency / longest;
  return (
    <div class="lgj-cell lgj-took" role="cell">
      {status === "success" ? null : <StatusBadge status={status} small />}
      <i class={`lgj-took-bar lgj-letter-${side}`} style={{ width: `${Math.max(1, 100 * share * 0.5)}%` }} />
      <span>{formatDuration(latency)}</span>
    </div>
  );
}
