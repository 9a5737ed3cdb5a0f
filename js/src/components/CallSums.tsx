import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { dollars, duration, integer } from "../core/format";
import { type Sorting, sortedBy } from "../core/sorting";
import type { Total, TotalsBy } from "../core/totals";
import { type Summed, useTotals } from "../hooks/totals";
import { CALL_SUMS } from "../texts/sums";
import { KindIcon } from "./KindIcon";
import { Problem } from "./Problem";
import { ariaSort, SortButton } from "./SortButton";
import { SumTable } from "./SumTable";
import "./CallSums.css";

/** What can be summed, by the name of its column. */
export type SumColumn = Exclude<keyof Total, "kind" | "name">;

interface Props extends Summed {
  /** What the reader can sum by, and what it is called: at first by the first. */
  readonly ways: Partial<Readonly<Record<TotalsBy, string>>>;
  readonly columns: readonly SumColumn[];
}

/**
 * Sums over calls, by model or tool, agent, or node as the reader chooses: a table that sorts by what is pressed.
 * `<CallSums calls={shown} whole={shown.length === rows.length} ways={{ node: "Node" }} columns={["total_tokens"]} />`
 */
export function CallSums({ calls, whole, ways, columns }: Props): JSX.Element {
  const names = Object.keys(ways) as TotalsBy[];
  const [by, setBy] = useState(names[0] as TotalsBy);
  const { totals, problem } = useTotals(by, { calls, whole });
  return (
    <div class="lgj-call-sums">
      <div class="lgj-sum-ways" role="group" aria-label={CALL_SUMS.by}>
        {names.map((way) => (
          <button
            key={way}
            type="button"
            class="lgj-quiet-button"
            aria-pressed={way === by}
            onClick={() => setBy(way)}
          >
            {ways[way]}
          </button>
        ))}
      </div>
      <Problem text={problem} />
      {totals ? <Sums of={ways[by] ?? ""} totals={totals} columns={columns} /> : null}
    </div>
  );
}

function Sums(props: {
  readonly of: string;
  readonly totals: readonly Total[];
  readonly columns: readonly SumColumn[];
}): JSX.Element {
  const { of, totals, columns } = props;
  const [sorting, setSorting] = useState<Sorting>(null);
  const isSortedBy = (column: SumColumn) => CALL_SUMS.columns[column] === sorting?.title;
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
    cells: columns.map((each) => textOf(each, total[each])),
  }));
  const head = (title: string) => (
    <th key={title} scope="col" aria-sort={ariaSort(title, sorting)}>
      <SortButton title={title} isNumeric={title !== of} sorting={sorting} onSort={setSorting} />
    </th>
  );
  return <SumTable of={of} titles={columns.map((each) => CALL_SUMS.columns[each])} rows={rows} head={head} />;
}

function textOf(column: SumColumn, value: number | null): string {
  if (column === "cost") return dollars(value);
  return column.startsWith("latency") ? duration(value) : integer(value);
}
