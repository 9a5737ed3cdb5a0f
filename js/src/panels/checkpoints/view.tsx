import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { NamespacePath } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { preview, since } from "../../format";
import { useStore, useTable } from "../../hooks";
import type { CheckpointRow } from "../../schema";
import { useNarrowing } from "../../scope";
import type { Panel } from "../panel";

function columns(start: number | null): readonly Column<CheckpointRow>[] {
  return [
    { title: "At", width: "76px", align: "end", cell: (row) => since(row.timestamp, start) },
    { title: "Step", width: "44px", align: "end", cell: (row) => row.step ?? "–" },
    {
      title: "Where",
      width: "minmax(80px, 0.6fr)",
      cell: (row) => <NamespacePath namespace={row.namespace} />,
    },
    { title: "Source", width: "64px", cell: (row) => row.source ?? "–" },
    { title: "Next", width: "minmax(80px, 0.7fr)", cell: (row) => nextOf(row) },
    {
      title: "State",
      width: "minmax(120px, 2fr)",
      cell: (row) => <code>{preview(row.values)}</code>,
    },
  ];
}

function nextOf({ next }: CheckpointRow): string {
  return Array.isArray(next) && next.length > 0 ? next.join(", ") : "end";
}

function View(): JSX.Element {
  const { rows, version } = useTable("checkpoints");
  const narrowing = useNarrowing("checkpoints");
  const shown = useMemo(() => rows.filter((row) => narrowing.shows(row)), [rows, version, narrowing]);
  const started = useStore(["summary"], ({ summary }) => summary.started);
  if (rows.length === 0) {
    return (
      <Empty
        panel="checkpoints"
        waiting="No checkpoint yet."
        none="No checkpoint was saved: a graph saves them when it has a checkpointer."
      />
    );
  }
  if (shown.length === 0) {
    const what = narrowing.scope ? "No checkpoint." : "No checkpoint passes the filter.";
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <DataTable
      label="Checkpoints"
      rows={shown}
      marks={narrowing.marks}
      epoch={narrowing}
      columns={columns(started)}
      keyOf={(row) => row.checkpoint_id}
      details={["values", "checkpoint_id", "parent_checkpoint_id", "thread_id"]}
      address={(row, _, column) => ({ table: "checkpoints", key: row.checkpoint_id, column })}
      follow
    />
  );
}

export const checkpoints: Panel = {
  id: "checkpoints",
  title: "Checkpoints",
  topics: ["checkpoints"],
  count: ({ tables }) => tables.checkpoints.rows.length,
  optional: true,
  View,
};
