// A plain table of any length. A row opens to show its cells in full.

import type { ComponentChildren, JSX } from "preact";
import { useCallback, useState } from "preact/hooks";
import type { Json, Row } from "../schema";
import { Icon } from "./Icon";
import { type CellAddress, Value } from "./Value";
import { VirtualList } from "./VirtualList";

export interface Column<R> {
  readonly title: string;
  /** A CSS grid track. */
  readonly width: string;
  readonly cell: (row: R, index: number) => ComponentChildren;
  readonly align?: "end";
}

interface Props<R extends Row> {
  readonly label: string;
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly keyOf: (row: R, index: number) => string | number;
  /** The cells shown in full when a row is open. */
  readonly details: readonly string[];
  readonly address: (row: R, index: number, column: string) => CellAddress;
  readonly follow?: boolean;
}

const ROW_HEIGHT = 28;

export function DataTable<R extends Row>(props: Props<R>): JSX.Element {
  const { rows, columns, keyOf } = props;
  const [open, setOpen] = useState<ReadonlySet<string | number>>(new Set());
  const toggle = useCallback((key: string | number) => {
    setOpen((now) => {
      const next = new Set(now);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const tracks = { "--lgj-tracks": `20px ${columns.map((column) => column.width).join(" ")}` };

  const render = (index: number) => {
    const row = rows[index] as R;
    const key = keyOf(row, index);
    const isOpen = open.has(key);
    return (
      <>
        <div
          class={`lgj-row ${isOpen ? "lgj-row-open" : ""}`}
          role="row"
          aria-rowindex={index + 2}
          onClick={() => toggle(key)}
        >
          <div class="lgj-cell" role="cell">
            <RowToggle open={isOpen} />
          </div>
          {columns.map((column) => (
            <div key={column.title} class={`lgj-cell ${column.align ? "lgj-end" : ""}`} role="cell">
              {column.cell(row, index)}
            </div>
          ))}
        </div>
        {isOpen ? <Details row={row} index={index} {...props} /> : null}
      </>
    );
  };

  return (
    <div class="lgj-table" style={tracks}>
      <VirtualList
        role="table"
        label={props.label}
        count={rows.length}
        keyOf={(index) => keyOf(rows[index] as R, index)}
        estimate={() => ROW_HEIGHT}
        render={render}
        follow={props.follow ?? false}
        head={<HeadRow columns={columns} />}
      />
    </div>
  );
}

export function HeadRow<R>({ columns }: { columns: readonly Column<R>[] }): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      <div class="lgj-cell" role="columnheader">
        <span class="lgj-sr">Details</span>
      </div>
      {columns.map((column) => (
        <div
          key={column.title}
          class={`lgj-cell ${column.align ? "lgj-end" : ""}`}
          role="columnheader"
        >
          {column.title}
        </div>
      ))}
    </div>
  );
}

/** Reached by keyboard; a click anywhere in its row does the same. */
export function RowToggle({ open }: { open: boolean }): JSX.Element {
  return (
    <button type="button" class="lgj-row-toggle" aria-expanded={open} aria-label="Details">
      <Icon name={open ? "down" : "right"} />
    </button>
  );
}

function Details<R extends Row>({
  row,
  index,
  details,
  address,
}: { row: R; index: number } & Props<R>): JSX.Element {
  const columns = details.filter((column) => !isNothing(row[column]));
  return (
    <dl class="lgj-details">
      {columns.map((column) => (
        <div key={column}>
          <dt>{column}</dt>
          <dd>
            <Value value={row[column] as Json} address={address(row, index, column)} />
          </dd>
        </div>
      ))}
      {columns.length === 0 ? <span class="lgj-muted">Nothing more is known of it.</span> : null}
    </dl>
  );
}

function isNothing(value: Json | undefined): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) && value.length === 0;
}
