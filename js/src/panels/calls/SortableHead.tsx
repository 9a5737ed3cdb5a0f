import type { JSX } from "preact";
import type { Column } from "../../components/DataTable";
import { Icon } from "../../components/Icon";
import { VALUES } from "../../texts/frame";
import { SORT } from "../../texts/calls";
import type { Call, SortKey } from "./data";

export interface SortableColumn extends Column<Call> {
  readonly key: SortKey;
}

/** The column by which calls are sorted; null: they stand as they called each other. */
export type Sorting = { readonly title: string; readonly descending: boolean } | null;

interface Props {
  readonly columns: readonly SortableColumn[];
  readonly sorting: Sorting;
  readonly onSort: (next: Sorting) => void;
}

/** The heads of the columns: each sorts by its column, the other way round, and then no more. */
export function SortableHead({ columns, sorting, onSort }: Props): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      <div class="lgj-cell" role="columnheader">
        <span class="lgj-sr">{VALUES.details}</span>
      </div>
      {columns.map((column) => (
        <Head key={column.title} column={column} sorting={sorting} onSort={onSort} />
      ))}
    </div>
  );
}

function Head(props: { column: SortableColumn } & Omit<Props, "columns">): JSX.Element {
  const { column, sorting, onSort } = props;
  const { title, align } = column;
  const isSorted = sorting?.title === title;
  const way = !isSorted ? "none" : sorting.descending ? "descending" : "ascending";
  return (
    <div class={`lgj-cell ${align ? "lgj-end" : ""}`} role="columnheader" aria-sort={way}>
      <button
        type="button"
        class={isSorted ? "lgj-calls-sort lgj-calls-sorted" : "lgj-calls-sort"}
        title={SORT.hint(title)}
        onClick={() => onSort(nextSorting(column, sorting))}
      >
        {title}
        {isSorted ? <Icon name={sorting.descending ? "down" : "up"} /> : null}
      </button>
    </div>
  );
}

/** Numbers from the largest, texts from A: then the other way round, then none. */
function nextSorting({ title, align }: SortableColumn, now: Sorting): Sorting {
  const first = align === "end";
  if (now?.title !== title) return { title, descending: first };
  return now.descending === first ? { title, descending: !first } : null;
}
