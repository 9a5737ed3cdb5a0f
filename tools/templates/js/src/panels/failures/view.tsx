import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Place } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import type { TaskRow } from "../../core/schema";
import { useNarrowing } from "../../hooks/narrowing";
import { useTable } from "../../hooks/store";
import { FAILURES } from "../../texts/failures";

export function View(): JSX.Element {
  const { rows, version } = useTable("tasks");
  const narrowing = useNarrowing();
  const all = useMemo(() => rows.filter(({ status }) => status === "error"), [rows, version]);
  const shown = useMemo(() => all.filter((row) => narrowing.shows(row)), [all, narrowing]);
  if (all.length === 0) return <Empty waiting={FAILURES.waiting} none={FAILURES.none} />;
  if (shown.length === 0) return <NothingShown what={FAILURES.filtered} narrowing={narrowing} />;
  return (
    <DataTable
      label={FAILURES.name}
      rows={shown}
      columns={COLUMNS}
      keyOf={(row) => row.task_id}
      details={["error", "input"]}
      address={(row, _, column) => ({ table: "tasks", key: row.task_id, column })}
      epoch={narrowing}
    />
  );
}

const COLUMNS: readonly Column<TaskRow>[] = [
  {
    title: FAILURES.node,
    width: "minmax(120px, 1fr)",
    cell: (row) => <Place namespace={row.namespace} node={row.node} />,
  },
  { title: FAILURES.error, width: "minmax(200px, 3fr)", cell: messageOf },
];

function messageOf({ error }: TaskRow): string {
  return (error as { message?: string } | null)?.message ?? "–";
}
