import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Place } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { useView } from "../../context";
import { duration, since } from "../../format";
import { elapsedNow, useStore, useTable } from "../../hooks";
import { type TaskRow, isFinal } from "../../schema";
import type { Panel } from "../panel";
import { axisEnd, barOf, errorText } from "./data";

function columns(start: number, end: number): readonly Column<TaskRow>[] {
  return [
    { title: "Step", width: "44px", align: "end", cell: (row) => row.step ?? "–" },
    {
      title: "Where",
      width: "minmax(110px, 1fr)",
      cell: (row) => <Place namespace={row.namespace} node={row.node} />,
    },
    { title: "Status", width: "108px", cell: (row) => <StatusBadge status={row.status} small /> },
    { title: "Start", width: "72px", align: "end", cell: (row) => since(row.start_time, start) },
    { title: "Time", width: "72px", align: "end", cell: (row) => duration(row.latency) },
    {
      title: "",
      width: "minmax(120px, 2fr)",
      cell: (row) => <Lane row={row} start={start} end={end} />,
    },
  ];
}

function Lane({ row, start, end }: { row: TaskRow; start: number; end: number }): JSX.Element | null {
  const { color } = useView().store.marks.of(row.node);
  const bar = barOf(row, start, end, !isFinal(row.status));
  if (!bar) return null;
  const style = {
    left: `${bar.from * 100}%`,
    width: `${(bar.to - bar.from) * 100}%`,
    background: color,
  };
  return (
    <span
      class="lgj-lane"
      title={errorText(row) ?? `${duration(row.latency)} from ${since(row.start_time, start)}`}
    >
      <i class={`lgj-bar lgj-bar-${row.status}`} style={style} />
    </span>
  );
}

function View(): JSX.Element {
  const { rows, version } = useTable("tasks");
  const started = useStore(
    ["summary", "tasks"],
    ({ summary }) => summary.started ?? rows[0]?.start_time ?? 0,
  );
  const now = useStore(["summary", "elapsed"], (store) => started + (elapsedNow(store) ?? 0));
  const end = useMemo(() => axisEnd(rows, started, now), [rows, version, started, now]);
  if (rows.length === 0) return <Empty waiting="No task has begun yet." none="No task was reported." />;
  return (
    <DataTable
      label="Tasks"
      rows={rows}
      columns={columns(started, end)}
      keyOf={(row) => row.task_id}
      details={["error", "input", "result", "interrupts", "triggers", "task_id"]}
      address={(row, _, column) => ({ table: "tasks", key: row.task_id, column })}
      follow
    />
  );
}

export const timeline: Panel = {
  id: "timeline",
  title: "Timeline",
  topics: ["tasks"],
  count: ({ tables }) => tables.tasks.rows.length,
  View,
};
