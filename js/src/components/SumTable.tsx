import type { ComponentChildren, JSX } from "preact";
import "./SumTable.css";

interface Props {
  /** What the rows are of. */
  readonly of: string;
  readonly titles: readonly string[];
  readonly rows: readonly SumRow[];
  /** The sum over all rows, which stands last. */
  readonly total?: SumRow | null;
  /** Draws the head of a column, if it is more than its title. */
  readonly head?: (title: string) => JSX.Element;
}

export interface SumRow {
  readonly key: string;
  readonly name: ComponentChildren;
  readonly cells: readonly string[];
}

/** Sums in columns, under their titles: as a part of a view, or all there is in a panel. */
export function SumTable({ of, titles, rows, total = null, head = plainTitle }: Props): JSX.Element {
  return (
    <div class="lgj-sums-box">
      <table class="lgj-sums">
        <thead>
          <tr>{[of, ...titles].map((title) => head(title))}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <SumLine key={row.key} row={row} />
          ))}
        </tbody>
        {total ? (
          <tfoot>
            <SumLine row={total} />
          </tfoot>
        ) : null}
      </table>
    </div>
  );
}

function SumLine({ row: { name, cells } }: { readonly row: SumRow }): JSX.Element {
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((cell, nth) => (
        <td key={nth}>{cell}</td>
      ))}
    </tr>
  );
}

const plainTitle = (title: string) => (
  <th key={title} scope="col">
    {title}
  </th>
);
