import type { JSX } from "preact";
import type { SortKey, Sorting } from "../core/sorting";
import type { Column } from "./DataTable";
import { ariaSort, SortButton } from "./SortButton";

/** A column of a table whose rows may be sorted by it. */
export type SortableColumn<R> = Column<R> & {
  /** What it sorts by; none: its head is its title alone. */
  readonly key?: SortKey<R>;
  /** The title in a sentence, where it is a sign. */
  readonly spoken?: string;
};

interface Props<R> {
  readonly column: SortableColumn<R>;
  readonly sorting: Sorting;
  readonly onSort: (next: Sorting) => void;
}

/** The head of a column in a table of rows. */
export function ColumnHead<R>({ column, sorting, onSort }: Props<R>): JSX.Element {
  const { title, spoken = title, align, key } = column;
  const isNumeric = align === "end";
  return (
    <div
      class={`lgj-cell ${align ? "lgj-end" : ""}`}
      role="columnheader"
      aria-sort={key && ariaSort(title, sorting)}
    >
      {key ? <SortButton {...{ title, spoken, isNumeric, sorting, onSort }} /> : title}
    </div>
  );
}
