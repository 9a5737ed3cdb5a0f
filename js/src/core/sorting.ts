// What a table is sorted by, and its rows in that order. Pure.

/** The column by which rows are sorted, by its title; null: they stand as they came. */
export type Sorting = { readonly title: string; readonly descending: boolean } | null;

/** What a column sorts by; null comes last. */
export type SortKey<R> = (row: R) => number | string | null;

/** After a press on a head: numbers from the largest, texts from A; then the other way round, then none. */
export function nextSorting(title: string, isNumeric: boolean, now: Sorting): Sorting {
  if (now?.title !== title) return { title, descending: isNumeric };
  return now.descending === isNumeric ? { title, descending: !isNumeric } : null;
}

/** Rows in the order of one of their columns, each with its title and what it sorts by. */
export function sortedByColumn<R>(
  rows: readonly R[],
  columns: readonly { readonly title: string; readonly key?: SortKey<R> }[],
  sorting: Sorting,
): readonly R[] {
  const key = columns.find(({ title }) => title === sorting?.title)?.key;
  return sorting && key ? sortedBy(rows, key, sorting.descending) : rows;
}

/** What is equal stays in its order. */
export function sortedBy<R>(rows: readonly R[], key: SortKey<R>, descending: boolean): readonly R[] {
  const keyed = rows.map((row) => [key(row), row] as const);
  const way = descending ? -1 : 1;
  keyed.sort(([one], [other]) => {
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    if (typeof one === "string" || typeof other === "string") {
      return way * String(one).localeCompare(String(other));
    }
    return way * (one - other);
  });
  return keyed.map(([, row]) => row);
}
