import type { ComponentChildren, JSX } from "preact";
import "./SumTable.css";

interface Props {
  /** What the rows are of. */
  readonly of: string;
  readonly titles: readonly string[];
  readonly rows: readonly SumRow[];
}

export interface SumRow {
  readonly key: string;
  readonly name: ComponentChildren;
  readonly cells: readonly string[];
}

/** Sums in columns, under their titles. */
export function SumTable({ of, titles, rows }: Props): JSX.Element {
  return (
    <table class="lgj-sums">
      <thead>
        <tr>
          <th scope="col">{of}</th>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
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
  );
}
