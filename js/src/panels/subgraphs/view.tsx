import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { NodeName } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { duration, integer } from "../../format";
import { useTable } from "../../hooks";
import type { NamespaceRow } from "../../schema";
import type { Panel } from "../panel";
import { nameOf, treeOrder } from "./data";

const COLUMNS: readonly Column<NamespaceRow>[] = [
  {
    title: "Graph",
    width: "minmax(110px, 2fr)",
    cell: (row) => (
      <span
        class="lgj-indent"
        style={{ "--lgj-depth": row.depth ?? 0 }}
        title={row.namespace || "the root graph"}
      >
        {row.node ? <NodeName node={row.node} label={nameOf(row)} /> : <b>{nameOf(row)}</b>}
      </span>
    ),
  },
  { title: "Status", width: "108px", cell: (row) => <StatusBadge status={row.status} small /> },
  { title: "Time", width: "72px", align: "end", cell: (row) => duration(row.latency) },
  { title: "Tasks", width: "56px", align: "end", cell: (row) => integer(row.task_count) },
  { title: "Messages", width: "76px", align: "end", cell: (row) => integer(row.message_count) },
  {
    title: "Tokens in / out",
    width: "112px",
    align: "end",
    cell: (row) => `${integer(row.input_tokens)} / ${integer(row.output_tokens)}`,
  },
];

function View(): JSX.Element {
  const { rows, version } = useTable("namespaces");
  const tree = useMemo(() => treeOrder(rows), [rows, version]);
  if (tree.length === 0) {
    return <Empty waiting="The graph has not begun yet." none="No graph was seen to run." />;
  }
  return (
    <DataTable
      label="Graphs and their subgraphs"
      rows={tree}
      columns={COLUMNS}
      keyOf={(row) => row.namespace}
      details={["namespace", "node", "tool_call_id"]}
      address={(row, _, column) => ({ table: "namespaces", key: row.namespace, column })}
    />
  );
}

export const subgraphs: Panel = {
  id: "subgraphs",
  title: "Subgraphs",
  topics: ["namespaces"],
  count: ({ tables }) => Math.max(0, tables.namespaces.rows.length - 1),
  View,
};
