// A table of runs, whose panels open below it: the inputs of a batch, the runs of a history.

import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { formatTokensInAndOut, formatInteger, type TokenCounts } from "../core/format";
import type { Status } from "../core/schema";
import type { Sorting } from "../core/sorting";
import { useRowKeyNavigation } from "../hooks/rowKeyNavigation";
import { RUN_TABLE } from "../texts/runs";
import { ColumnHead, type SortableColumn } from "./ColumnHead";
import { Icon } from "./Icon";
import { StatusBadge } from "./StatusBadge";
import { VirtualList } from "./VirtualList";
import "./DataTable.css";
import "./RunTable.css";

/** What every such table knows of a run. */
export interface RunFields extends TokenCounts {
  readonly status: Status;
  readonly title: string;
  readonly error: string | null;
  readonly last_words: string | null;
}

export type RunColumn<R> = SortableColumn<R> & {
  /** What a pointer over the cell shows. */
  readonly hint?: (row: R) => string | undefined;
};

/** Boxes in front of the rows, by which several are chosen. */
export interface RowChoice<R> {
  readonly title: string;
  readonly labelOf: (row: R) => string;
  readonly has: (row: R) => boolean;
  readonly toggle: (row: R) => void;
}

interface Props<R> {
  readonly label: string;
  readonly rows: readonly R[];
  readonly columns: readonly RunColumn<R>[];
  readonly keyOf: (row: R) => string | number;
  /** What the button that opens a row is called. */
  readonly labelOf: (row: R) => string;
  readonly isOpen: (row: R) => boolean;
  readonly onToggle: (row: R) => void;
  readonly choice?: RowChoice<R>;
  /** By which of the columns that sort the rows are sorted. */
  readonly sorting?: Sorting;
  readonly onSort?: (next: Sorting) => void;
  /** Changes when the rows become others: a filter, not growth. */
  readonly epoch: unknown;
  /** What stands in place of rows where there are none. */
  readonly none: string;
}

/** Arrows move through the rows, Enter or a click opens one. */
export function RunTable<R>(props: Props<R>): JSX.Element {
  const { rows, columns, choice } = props;
  const box = useRef<HTMLDivElement>(null);
  const { current, reveal, moveTo, onKeyDown } = useRowKeyNavigation(box, rows.length);
  const fixed = choice ? "20px 20px" : "20px";
  const tracks = `${fixed} ${columns.map(({ width }) => width).join(" ")}`;
  return (
    <div
      class="lgj-table lgj-run-table"
      style={{ "--lgj-tracks": tracks }}
      ref={box}
      onKeyDown={onKeyDown}
      role="group"
      aria-label={RUN_TABLE.name}
    >
      <VirtualList
        role="table"
        label={props.label}
        count={rows.length}
        keyOf={(index) => props.keyOf(rows[index] as R)}
        epoch={props.epoch}
        reveal={reveal}
        head={<HeadRow {...props} />}
        render={(index) => (
          <RunRow
            {...props}
            row={rows[index] as R}
            index={index}
            current={index === current}
            onToggle={(row) => {
              moveTo(index);
              props.onToggle(row);
            }}
          />
        )}
      />
      {rows.length === 0 ? (
        <div class="lgj-empty" role="note">
          {props.none}
        </div>
      ) : null}
    </div>
  );
}

function HeadRow<R>({ columns, choice, sorting = null, onSort = () => {} }: Props<R>): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      {[RUN_TABLE.open, ...(choice ? [choice.title] : [])].map((title) => (
        <div key={title} class="lgj-cell" role="columnheader">
          <span class="lgj-sr">{title}</span>
        </div>
      ))}
      {columns.map((column) => (
        <ColumnHead key={column.title} column={column} sorting={sorting} onSort={onSort} />
      ))}
    </div>
  );
}

type LineProps<R> = Props<R> & {
  readonly row: R;
  readonly index: number;
  /** Has the keys. */
  readonly current: boolean;
};

function RunRow<R>(props: LineProps<R>): JSX.Element {
  const { row, columns, choice, onToggle } = props;
  const open = props.isOpen(row);
  return (
    <div
      class={`lgj-row ${open ? "lgj-row-open lgj-marked" : ""}`}
      role="row"
      aria-rowindex={props.index + 2}
      onClick={() => onToggle(row)}
    >
      <div class="lgj-cell" role="cell">
        <button
          type="button"
          class="lgj-row-toggle"
          aria-expanded={open}
          aria-label={props.labelOf(row)}
          tabIndex={props.current ? 0 : -1}
        >
          <Icon name={open ? "down" : "right"} />
        </button>
      </div>
      {choice ? (
        <div class="lgj-cell" role="cell" onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            checked={choice.has(row)}
            aria-label={choice.labelOf(row)}
            onChange={() => choice.toggle(row)}
          />
        </div>
      ) : null}
      {columns.map(({ title, align, cell, hint }) => (
        <div key={title} class={`lgj-cell ${align ? "lgj-end" : ""}`} role="cell" title={hint?.(row)}>
          {cell(row)}
        </div>
      ))}
    </div>
  );
}

/** Says what is open below the table, and closes it. */
export function OpenRunsNotice({
  text,
  onClose,
}: {
  text: ComponentChildren;
  onClose: () => void;
}): JSX.Element {
  return (
    <div class="lgj-opened" role="status">
      <Icon name="down" />
      <span>{text}</span>
      <button type="button" class="lgj-quiet-button" title={RUN_TABLE.closeHint} onClick={onClose}>
        <Icon name="cross" />
        <span class="lgj-sr">{RUN_TABLE.close}</span>
      </button>
    </div>
  );
}

// ---------------------------------------------------------------------------------------------
// Columns that every such table has

export const STATUS_COLUMN: RunColumn<RunFields> = {
  title: RUN_TABLE.columns.status,
  width: "96px",
  cell: ({ status }) => <StatusBadge status={status} small />,
};

export const INPUT_COLUMN: Omit<RunColumn<RunFields>, "width"> = {
  title: RUN_TABLE.columns.title,
  cell: ({ title }) => title,
  hint: ({ title }) => title,
};

export const TOKENS_COLUMN: RunColumn<RunFields> = {
  title: RUN_TABLE.columns.tokens,
  width: "54px",
  align: "end",
  cell: ({ output_tokens }) =>
    output_tokens ? formatInteger(output_tokens) : <span class="lgj-muted">–</span>,
  hint: (row) => formatTokensInAndOut(row) || RUN_TABLE.noUsage,
};

/** The error, where there was one. */
export const LAST_WORDS_COLUMN: Omit<RunColumn<RunFields>, "width"> = {
  title: RUN_TABLE.columns.words,
  cell: ({ error, last_words }) =>
    error ? (
      <span class="lgj-problem">{error}</span>
    ) : (
      <span class="lgj-last-words">
        <bdi>{last_words}</bdi>
      </span>
    ),
  hint: ({ error, last_words }) => error ?? last_words ?? undefined,
};
