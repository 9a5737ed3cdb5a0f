import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Place } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { preview } from "../../format";
import { useTable } from "../../hooks";
import type { InterruptRow } from "../../schema";
import { useNarrowing } from "../../scope";
import type { Panel } from "../panel";

const COLUMNS: readonly Column<InterruptRow>[] = [
  { title: "Status", width: "100px", cell: (row) => row.status ?? "–" },
  {
    title: "Where",
    width: "minmax(110px, 1fr)",
    cell: (row) => <Place namespace={row.namespace} node={row.node} />,
  },
  { title: "Asks", width: "minmax(140px, 2fr)", cell: (row) => <code>{preview(row.value)}</code> },
  {
    title: "Answer",
    width: "minmax(80px, 1fr)",
    cell: (row) => <code>{preview(row.resumed_with)}</code>,
  },
];

function View(): JSX.Element {
  const { rows, version } = useTable("interrupts");
  const narrowing = useNarrowing("interrupts");
  const shown = useMemo(() => rows.filter((row) => narrowing.shows(row)), [rows, version, narrowing]);
  if (rows.length === 0)
    return <Empty waiting="Nothing asks for an answer." none="Nothing asked for an answer." />;
  if (shown.length === 0) {
    const what = narrowing.scope ? "No interrupt." : "No interrupt passes the filter.";
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <DataTable
      label="Interrupts"
      rows={shown}
      marks={narrowing.marks}
      epoch={narrowing}
      columns={COLUMNS}
      keyOf={(row) => row.interrupt_id}
      details={["value", "response_schema", "resumed_with", "interrupt_id", "task_id"]}
      address={(row, _, column) => ({ table: "interrupts", key: row.interrupt_id, column })}
    />
  );
}

export const interrupts: Panel = {
  id: "interrupts",
  title: "Interrupts",
  topics: ["interrupts"],
  count: ({ tables }) => tables.interrupts.rows.length,
  optional: true,
  View,
};
