// A plain table of any length. A row opens to show its cells in full.

import type { ComponentChildren, JSX } from "preact";
import { useCallback, useState } from "preact/hooks";
import type { Json, Row } from "../core/schema";
import type { CellAddress } from "../hooks/cell";
import { VALUES } from "../texts/frame";
import { Icon } from "./Icon";
import { Value } from "./Value";
import { VirtualList } from "./VirtualList";
import "./DataTable.css";

export interface Column<R> {
  readonly title: string;
  /** A CSS grid track. */
  readonly width: string;
  readonly cell: (row: R) => ComponentChildren;
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
  /** Whether a row belongs to what is selected. */
  readonly marks?: (row: R) => boolean;
  /** Changes when the rows become others: a filter, not growth. */
  readonly epoch?: unknown;
}

export function DataTable<R extends Row>(props: Props<R>): JSX.Element {
  const { rows, columns, keyOf } = props;
  const { isOpen, toggle } = useOpenRows();
  const render = (index: number) => {
    const row = rows[index] as R;
    const key = keyOf(row, index);
    return (
      <ExpandableRow
        row={row}
        index={index}
        columns={columns}
        open={isOpen(key)}
        marked={props.marks?.(row) ?? false}
        onToggle={() => toggle(key)}
      >
        <RowDetails row={row} index={index} {...props} />
      </ExpandableRow>
    );
  };
  return (
    <div class="lgj-table" style={gridColumnsStyle(columns)}>
      <VirtualList
        role="table"
        label={props.label}
        count={rows.length}
        keyOf={(index) => keyOf(rows[index] as R, index)}
        render={render}
        follow={props.follow ?? false}
        epoch={props.epoch}
        head={<HeadRow columns={columns} />}
      />
    </div>
  );
}

/** Which rows are open, by key. */
export function useOpenRows(): {
  isOpen: (key: string | number) => boolean;
  toggle: (key: string | number) => void;
} {
  const [open, setOpen] = useState<ReadonlySet<string | number>>(new Set());
  const toggle = useCallback((key: string | number) => {
    setOpen((now) => {
      const next = new Set(now);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  return { isOpen: (key) => open.has(key), toggle };
}

/** The grid that the rows of a table share. */
export function gridColumnsStyle<R>(columns: readonly Column<R>[]): Record<string, string> {
  return { "--lgj-tracks": `20px ${columns.map((column) => column.width).join(" ")}` };
}

export function HeadRow<R>({ columns }: { columns: readonly Column<R>[] }): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      <div class="lgj-cell" role="columnheader">
        <span class="lgj-sr">{VALUES.details}</span>
      </div>
      {columns.map(({ title, align }) => (
        <div key={title} class={`lgj-cell ${align ? "lgj-end" : ""}`} role="columnheader">
          {title}
        </div>
      ))}
    </div>
  );
}

interface RowProps<R> {
  readonly row: R;
  readonly index: number;
  readonly columns: readonly Column<R>[];
  readonly open: boolean;
  /** Belongs to what is selected. */
  readonly marked?: boolean;
  readonly onToggle: () => void;
}

/** A row, and while it is open below it what it shows: a row of the table as well, of one cell. */
export function ExpandableRow<R>(props: RowProps<R> & { readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <TableRow {...props} />
      {props.open ? (
        <div class="lgj-row-details" role="row">
          <div role="cell">{props.children}</div>
        </div>
      ) : null}
    </>
  );
}

/** Its button is for the keyboard; a click anywhere in the row does the same. */
function TableRow<R>(props: RowProps<R>): JSX.Element {
  const { row, index, columns, open, marked = false, onToggle } = props;
  return (
    <div
      class={`lgj-row ${open ? "lgj-row-open" : ""} ${marked ? "lgj-marked" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      aria-current={marked ? "true" : undefined}
      onClick={onToggle}
    >
      <div class="lgj-cell" role="cell">
        <button type="button" class="lgj-row-toggle" aria-expanded={open} aria-label={VALUES.details}>
          <Icon name={open ? "down" : "right"} />
        </button>
      </div>
      {columns.map(({ title, align, cell }) => (
        <div key={title} class={`lgj-cell ${align ? "lgj-end" : ""}`} role="cell">
          {cell(row)}
        </div>
      ))}
    </div>
  );
}

function RowDetails<R extends Row>(props: { row: R; index: number } & Props<R>): JSX.Element {
  const { row, index, details, address } = props;
  const columns = details.filter((column) => !isEmptyCell(row[column]));
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
      {columns.length === 0 ? <span class="lgj-muted">{VALUES.nothingMore}</span> : null}
    </dl>
  );
}

function isEmptyCell(value: Json | undefined): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) && value.length === 0;
}
