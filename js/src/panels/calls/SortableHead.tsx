import type { JSX } from "preact";
import type { Column } from "../../components/DataTable";
import { ariaSort, SortButton } from "../../components/SortButton";
import type { Sorting, SortKey } from "../../core/sorting";
import { VALUES } from "../../texts/frame";
import type { Call } from "./data";

export interface SortableColumn extends Column<Call> {
  readonly key: SortKey<Call>;
}

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
  return (
    <div
      class={`lgj-cell ${align ? "lgj-end" : ""}`}
      role="columnheader"
      aria-sort={ariaSort(title, sorting)}
    >
      <SortButton title={title} isNumeric={align === "end"} sorting={sorting} onSort={onSort} />
    </div>
  );
}
