import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { CallRow } from "../core/calls";
import { formatDollars, formatDuration, formatInteger } from "../core/format";
import { type Sorting, sortedBy } from "../core/sorting";
import {
  type CallGroupTotal,
  type CallGrouping,
  type CallTotal,
  computeCallTotal,
  computeCallTotals,
} from "../core/totals";
import { useTable } from "../hooks/store";
import { CALL_SUMS } from "../texts/sums";
import { KindIcon } from "./KindIcon";
import { ariaSort, SortButton } from "./SortButton";
import { type SumRow, SumTable } from "./SumTable";
import "./CallSums.css";

/** What can be summed, by the name of its column. */
export type CallSumColumn = keyof CallTotal;

interface Props {
  /** Rows of `model_calls`, of `tool_calls`, or of both: those that are shown. */
  readonly calls: readonly CallRow[];
  /** What the reader can sum by: at first by the first. */
  readonly by: readonly [CallGrouping, ...CallGrouping[]];
  readonly columns: readonly CallSumColumn[];
  /** What a last row is called that has the sums over all; without it there is none. */
  readonly total?: string;
}

/**
 * Sums over calls, by model or tool, agent, or node as the reader chooses: a table that sorts by what is pressed.
 * `<CallSums calls={shown} by={["name", "node"]} columns={["total_tokens"]} total="All" />`
 */
export function CallSums({ calls, by: ways, columns, total }: Props): JSX.Element {
  const [by, setBy] = useState(ways[0]);
  const versions = [useTable("model_calls").version, useTable("tool_calls").version]; // a table's own rows change in place
  const totals = useMemo(() => computeCallTotals(calls, by), [calls, by, ...versions]);
  const last = useMemo(
    () =>
      total ? { key: "total", name: total, cells: formatCells(computeCallTotal(calls), columns) } : null,
    [calls, columns, total, ...versions],
  );
  return (
    <div class="lgj-call-sums">
      {ways.length > 1 ? <GroupingButtons ways={ways} by={by} onChoose={setBy} /> : null}
      <CallSumRows of={CALL_SUMS.ways[by]} totals={totals} columns={columns} last={last} />
    </div>
  );
}

function GroupingButtons(props: {
  readonly ways: readonly CallGrouping[];
  readonly by: CallGrouping;
  readonly onChoose: (way: CallGrouping) => void;
}): JSX.Element {
  const { ways, by, onChoose } = props;
  return (
    <div class="lgj-sum-ways" role="group" aria-label={CALL_SUMS.by}>
      {ways.map((way) => (
        <button
          key={way}
          type="button"
          class="lgj-quiet-button"
          aria-pressed={way === by}
          onClick={() => onChoose(way)}
        >
          {CALL_SUMS.ways[way]}
        </button>
      ))}
    </div>
  );
}

function CallSumRows(props: {
  readonly of: string;
  readonly totals: readonly CallGroupTotal[];
  readonly columns: readonly CallSumColumn[];
  readonly last: SumRow | null;
}): JSX.Element {
  const { of, totals, columns, last } = props;
  const [sorting, setSorting] = useState<Sorting>(null);
  const isSortedBy = (column: CallSumColumn) => CALL_SUMS.columns[column] === sorting?.title;
  const column = sorting?.title === of ? "name" : columns.find(isSortedBy);
  const ordered = sorting && column ? sortedBy(totals, (total) => total[column], sorting.descending) : totals;
  const rows = ordered.map((total) => ({
    key: `${total.kind} ${total.name}`,
    name: (
      <span class="lgj-sum-name">
        <KindIcon kind={total.kind} />
        {total.name ?? "–"}
      </span>
    ),
    cells: formatCells(total, columns),
  }));
  const head = (title: string) => (
    <th key={title} scope="col" aria-sort={ariaSort(title, sorting)}>
      <SortButton title={title} isNumeric={title !== of} sorting={sorting} onSort={setSorting} />
    </th>
  );
  const titles = columns.map((each) => CALL_SUMS.columns[each]);
  return <SumTable of={of} titles={titles} rows={rows} total={last} head={head} />;
}

function formatCells(total: CallTotal, columns: readonly CallSumColumn[]): string[] {
  return columns.map((column) => formatSum(column, total[column]));
}

function formatSum(column: CallSumColumn, value: number | null): string {
  if (column === "cost") return formatDollars(value);
  return column.startsWith("latency") ? formatDuration(value) : formatInteger(value);
}
