import type { ComponentChildren, JSX } from "preact";
import "./SumTable.css";

interface Props {
  /** What the rows are of. */
  readonly of: string;
  readonly titles: readonly string[];
  readonly rows: readonly SumRow[];
  /** Draws the head of a column, if it is more than its title. */
  readonly head?: (title: string) => JSX.Element;
}

export interface SumRow {
  readonly key: string;
  readonly name: ComponentChildren;
  readonly cells: readonly string[];
}

/** Sums in columns, under their titles: as a part of a view, or all there is in a panel. */
export function SumTable({ of, titles, rows, head = plainTitle }: Props): JSX.Element {
  return (
    <div class="lgj-sums-box">
      <table class="lgj-sums">
        <thead>
          <tr>{[of, ...titles].map((title) => head(title))}</tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, cells }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {cells.map((cell, nth) => (
                <td key={nth}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const plainTitle = (title: string) => (
  <th key={title} scope="col">
    {title}
  </th>
);
