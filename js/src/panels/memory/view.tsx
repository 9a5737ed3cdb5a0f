import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { HeadRow, ExpandableRow, gridColumnsStyle, useOpenRows } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import { useNarrowing } from "../../hooks/narrowing";
import { useStore, useTable } from "../../hooks/store";
import { MEMORY } from "../../texts/memory";
import { operationColumnsOf } from "./columns";
import { namespacesOf, type Operation, operationsOf, type StoreNamespace } from "./data";
import { OperationDetails } from "./OperationDetails";
import { PlanList } from "./PlanList";
import { plansOf } from "./plans";
import { StoreItems } from "./StoreItems";
import "./view.css";

export function View(): JSX.Element {
  const ops = useTable("store_ops");
  const diffs = useTable("state_diffs");
  const narrowing = useNarrowing();
  const [within, setWithin] = useState<string | null>(null);
  const onServer = useStore(["summary"], ({ summary }) => summary.source === "server");
  const plans = useMemo(() => plansOf(diffs.rows, narrowing.shows), [diffs.rows, diffs.version, narrowing]);
  const namespaces = useMemo(() => namespacesOf(ops.rows), [ops.rows, ops.version]);
  const operations = useMemo(
    () => operationsOf(ops.rows, narrowing.shows, within),
    [ops.rows, ops.version, narrowing, within],
  );
  if (plans.length + operations.length === 0 && within === null) {
    if (narrowing.active) {
      const what = narrowing.scope ? MEMORY.nothing : MEMORY.filtered;
      return <NothingShown what={what} narrowing={narrowing} />;
    }
    const empty = <Empty explained waiting={MEMORY.waiting} none={MEMORY.none} />;
    return onServer ? <div class="lgj-memory">{[empty, <StoreItems key="now" />]}</div> : empty;
  }
  return (
    <div class="lgj-memory">
      <Explanation />
      {plans.length > 0 ? <PlanList plans={plans} /> : null}
      {ops.rows.length > 0 ? (
        <div class="lgj-memory-store">
          <Namespaces namespaces={namespaces} within={within} onChoose={setWithin} />
          <Operations
            operations={operations}
            marks={({ row }) => narrowing.scope === null && narrowing.marks(row)}
          />
        </div>
      ) : null}
      {ops.rows.length > 0 || onServer ? <StoreItems /> : null}
    </div>
  );
}

interface NamespacesProps {
  readonly namespaces: readonly StoreNamespace[];
  readonly within: string | null;
  readonly onChoose: (within: string | null) => void;
}

/** The namespaces of the store as a tree: one that is chosen narrows the operations to those in it. */
function Namespaces({ namespaces, within, onChoose }: NamespacesProps): JSX.Element {
  return (
    <div class="lgj-memory-namespaces" role="group" aria-label={MEMORY.namespaces}>
      <button type="button" aria-pressed={within === null} onClick={() => onChoose(null)}>
        {MEMORY.all}
      </button>
      {namespaces.map(({ name, label, depth, count }) => (
        <button
          key={name}
          type="button"
          title={name}
          aria-pressed={within === name}
          style={{ "--lgj-depth": Math.min(depth, 8) }}
          onClick={() => onChoose(within === name ? null : name)}
        >
          <span class="lgj-clip lgj-memory-label">{label}</span>
          <span class="lgj-clip lgj-memory-whole">{name}</span>
          <span class="lgj-muted">{count}</span>
        </button>
      ))}
    </div>
  );
}

interface OperationsProps {
  readonly operations: readonly Operation[];
  readonly marks: (operation: Operation) => boolean;
}

function Operations({ operations, marks }: OperationsProps): JSX.Element {
  const { isOpen, toggle } = useOpenRows();
  const started = useStore(["summary"], ({ summary }) => summary.started);
  const columns = useMemo(() => operationColumnsOf(started), [started]);
  const render = (nth: number) => {
    const operation = operations[nth] as Operation;
    const { index } = operation;
    return (
      <ExpandableRow
        row={operation}
        index={nth}
        columns={columns}
        open={isOpen(index)}
        marked={marks(operation)}
        onToggle={() => toggle(index)}
      >
        <OperationDetails operation={operation} />
      </ExpandableRow>
    );
  };
  return (
    <div class="lgj-table" style={gridColumnsStyle(columns)}>
      <VirtualList
        role="table"
        label={MEMORY.table}
        count={operations.length}
        keyOf={(nth) => (operations[nth] as Operation).index}
        epoch={operations[0]?.index}
        render={render}
        head={<HeadRow columns={columns} />}
      />
    </div>
  );
}
