import type { JSX } from "preact";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Place } from "../../components/NodeName";
import { preview, since } from "../../format";
import { useStore, useTable } from "../../hooks";
import type { CustomRow } from "../../schema";
import type { Panel } from "../panel";

function columns(start: number | null): readonly Column<CustomRow>[] {
  return [
    { title: "At", width: "76px", align: "end", cell: (row) => since(row.timestamp, start) },
    {
      title: "Where",
      width: "minmax(110px, 1fr)",
      cell: (row) => <Place namespace={row.namespace} node={row.node} />,
    },
    { title: "Data", width: "minmax(160px, 3fr)", cell: (row) => <code>{preview(row.data)}</code> },
  ];
}

function View(): JSX.Element {
  const { rows } = useTable("custom");
  const started = useStore(["summary"], ({ summary }) => summary.started);
  if (rows.length === 0) {
    return (
      <Empty
        waiting="No custom data yet: a node sends some with the writer of get_stream_writer()."
        none="No node sent custom data."
      />
    );
  }
  return (
    <DataTable
      label="Custom data"
      rows={rows}
      columns={columns(started)}
      keyOf={(_, index) => index}
      details={["data"]}
      address={(_, index, column) => ({ table: "custom", key: index, column })}
      follow
    />
  );
}

export const custom: Panel = {
  id: "custom",
  title: "Custom",
  topics: ["custom"],
  count: ({ tables }) => tables.custom.rows.length,
  View,
};
