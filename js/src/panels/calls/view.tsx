import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ExpandableRow, gridColumnsStyle, useOpenRows } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import type { Sorting } from "../../core/sorting";
import { useNarrowing, useSelectedElsewhere } from "../../hooks/narrowing";
import { useTable } from "../../hooks/store";
import { CALLS } from "../../texts/calls";
import { CallDetails } from "./CallDetails";
import { callColumnsOf } from "./columns";
import { type Call, callsOf, sortCalls } from "./data";
import { SortableHead } from "./SortableHead";
import { CallTotals } from "./CallTotals";
import "./view.css";

export function View(): JSX.Element {
  const models = useTable("model_calls");
  const tools = useTable("tool_calls");
  const narrowing = useNarrowing(["message", "call"]);
  const calls = useMemo(
    () => callsOf(models.rows, tools.rows, narrowing.shows),
    [models.rows, models.version, tools.rows, tools.version, narrowing],
  );
  if (models.rows.length + tools.rows.length === 0) {
    return <Empty explained waiting={CALLS.waiting} none={CALLS.none} />;
  }
  if (calls.length === 0) {
    const what = narrowing.scope ? CALLS.nothing : CALLS.filtered;
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <div class="lgj-calls">
      <Explanation />
      <CallTotals calls={calls} />
      <CallTable calls={calls} marks={narrowing.scope ? () => false : (call) => narrowing.marks(call.row)} />
    </div>
  );
}

interface TableProps {
  readonly calls: readonly Call[];
  readonly marks: (call: Call) => boolean;
}

function CallTable({ calls: inOrder, marks }: TableProps): JSX.Element {
  const { isOpen, toggle } = useOpenRows();
  const [sorting, setSorting] = useState<Sorting>(null);
  const columns = useMemo(() => callColumnsOf(inOrder), [inOrder]);
  const calls = useMemo(() => {
    const column = columns.find(({ title }) => title === sorting?.title);
    return sorting && column ? sortCalls(inOrder, column.key, sorting.descending) : inOrder;
  }, [inOrder, columns, sorting]);
  const reveal = useSelectedCall(calls, (id) => isOpen(id) || toggle(id));
  const render = (index: number) => {
    const call = calls[index] as Call;
    const id = call.row.call_id;
    return (
      <ExpandableRow
        row={call}
        index={index}
        columns={columns}
        open={isOpen(id)}
        marked={marks(call)}
        onToggle={() => toggle(id)}
      >
        <CallDetails call={call} />
      </ExpandableRow>
    );
  };
  return (
    <div class="lgj-table" style={gridColumnsStyle(columns)}>
      <VirtualList
        role="table"
        label={CALLS.table}
        count={calls.length}
        keyOf={(index) => (calls[index] as Call).row.call_id}
        render={render}
        head={<SortableHead columns={columns} sorting={sorting} onSort={setSorting} />}
        epoch={sorting}
        reveal={reveal}
      />
    </div>
  );
}

/** Opens the call, or that of the message, that is selected in another panel; where it stands. */
function useSelectedCall(
  calls: readonly Call[],
  open: (id: string) => void,
): { readonly index: number } | null {
  const selected = useSelectedElsewhere();
  const isSelected = ({ row }: Call) =>
    (selected?.kind === "message" && row.message_id === selected.id) ||
    (selected?.kind === "call" && row.call_id === selected.id);
  const index = calls.findIndex(isSelected);
  const id = calls[index]?.row.call_id ?? null;
  const [reveal, setReveal] = useState<{ readonly index: number } | null>(null);
  useEffect(() => {
    if (id === null) return;
    open(id);
    setReveal({ index });
  }, [id]);
  return reveal;
}
