import type { JSX } from "preact";
import type { Column } from "../../components/DataTable";
import { NodeName } from "../../components/NodeName";
import { previewValue, formatTimeSinceStart } from "../../core/format";
import type { StoreOpRow } from "../../core/schema";
import { COLUMNS, MEMORY } from "../../texts/memory";
import type { Operation } from "./data";

/** The columns of the table of operations. */
export function operationColumnsOf(started: number | null): readonly Column<Operation>[] {
  return [
    { title: COLUMNS.node, width: "minmax(62px, 1fr)", cell: ({ row }) => <NodeName node={row.node} /> },
    { title: COLUMNS.op, width: "98px", cell: ({ row }) => <OperationName row={row} /> },
    { title: COLUMNS.item, width: "minmax(80px, 1.4fr)", cell: ({ row }) => <ItemName row={row} /> },
    {
      title: COLUMNS.value,
      width: "minmax(40px, 3fr)",
      cell: ({ row }) => <code title={previewValue(row.value, 400)}>{valueText(row)}</code>,
    },
    { title: COLUMNS.effect, width: "96px", cell: ({ row }) => effectText(row) },
    {
      title: COLUMNS.time,
      width: "64px",
      align: "end",
      cell: ({ row }) => formatTimeSinceStart(row.timestamp, started),
    },
  ];
}

function OperationName({ row: { op, error } }: { row: StoreOpRow }): JSX.Element {
  const kind = error ? "failed" : op === "put" || op === "delete" ? "write" : "read";
  return <span class={`lgj-memory-op lgj-memory-${kind}`}>{op}</span>;
}

function ItemName({ row: { store_namespace: namespace, key } }: { row: StoreOpRow }): JSX.Element {
  return (
    <span title={[namespace, key].filter(Boolean).join(" ")}>
      <span class="lgj-muted">{namespace}</span> {key}
    </span>
  );
}

function valueText({ op, value, before, count, effect, error }: StoreOpRow): string {
  if (error) return previewValue(error, 240);
  if (op === "get" && count === 0) return MEMORY.nothingThere;
  if (effect === "deleted") return previewValue(before, 240);
  return value === null ? "" : previewValue(value, 240);
}

function effectText({ op, effect, count }: StoreOpRow): string {
  if (op === "search" || op === "list_namespaces") return count === null ? "" : MEMORY.found(String(count));
  return effect === null || effect === "unknown" ? "" : MEMORY.effects[effect];
}
