import type { JSX } from "preact";
import { ColumnHead, type SortableColumn } from "../../components/ColumnHead";
import type { Sorting, SortKey } from "../../core/sorting";
import { VALUES } from "../../texts/frame";
import type { Call } from "./data";

export interface CallColumn extends SortableColumn<Call> {
  readonly key: SortKey<Call>;
}

interface Props {
  readonly columns: readonly CallColumn[];
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
        <ColumnHead key={column.title} column={column} sorting={sorting} onSort={onSort} />
      ))}
    </div>
  );
}
