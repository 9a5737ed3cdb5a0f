import type { JSX } from "preact";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { NamespacePath, NodeName } from "../../components/NodeName";
import { preview } from "../../format";
import { useTable } from "../../hooks";
import type { StateDiffRow } from "../../schema";
import type { Panel } from "../panel";
import { OPS, nodesOf, place } from "./data";

const COLUMNS: readonly Column<StateDiffRow>[] = [
  { title: "Step", width: "44px", align: "end", cell: (row) => row.step ?? "–" },
  {
    title: "Where",
    width: "minmax(80px, 0.7fr)",
    cell: (row) => <NamespacePath namespace={row.namespace} />,
  },
  { title: "By", width: "minmax(80px, 0.7fr)", cell: (row) => <Nodes row={row} /> },
  {
    title: "Key",
    width: "minmax(90px, 0.8fr)",
    cell: (row) => <code title={row.path}>{place(row)}</code>,
  },
  { title: "Change", width: "84px", cell: (row) => <Op op={row.op} /> },
  {
    title: "Before",
    width: "minmax(80px, 1fr)",
    cell: (row) => <code class="lgj-muted">{preview(row.before)}</code>,
  },
  {
    title: "After",
    width: "minmax(100px, 1.6fr)",
    cell: (row) => <code>{preview(row.after)}</code>,
  },
];

function Nodes({ row }: { row: StateDiffRow }): JSX.Element {
  const nodes = nodesOf(row);
  const [first = null, ...others] = nodes;
  return (
    <span class="lgj-nodes" title={nodes.join(", ")}>
      <NodeName node={first} />
      {others.length > 0 ? <span class="lgj-muted">+{others.length}</span> : null}
    </span>
  );
}

function Op({ op }: { op: string }): JSX.Element {
  const { sign, word } = OPS[op] ?? { sign: "·", word: op };
  return (
    <span class={`lgj-op lgj-op-${op}`}>
      <b aria-hidden="true">{sign}</b> {word}
    </span>
  );
}

function View(): JSX.Element {
  const { rows } = useTable("state_diffs");
  if (rows.length === 0) {
    return <Empty waiting="No change of the state yet." none="The run changed nothing in the state." />;
  }
  return (
    <DataTable
      label="Changes of the state"
      rows={rows}
      columns={COLUMNS}
      keyOf={(_, index) => index}
      details={["path", "before", "after"]}
      address={(_, index, column) => ({ table: "state_diffs", key: index, column })}
      follow
    />
  );
}

export const state: Panel = {
  id: "state",
  title: "State",
  topics: ["state_diffs"],
  count: ({ tables }) => tables.state_diffs.rows.length,
  View,
};
