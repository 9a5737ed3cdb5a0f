// What the table shows of a batch, and what its rows are sorted by. Pure.

import type { RunFields } from "../../components/RunTable";
import { RUN_STATUSES, type Row, type Status, type Summary } from "../../core/schema";
import type { SortKey } from "../../core/sorting";
import type { Store, Topic } from "../../core/store";

export const KEYS = { inputs: "input_index" } as const;

/** The topic of the store's one table. */
export const INPUTS = "inputs" as Topic;

/** One input and what became of it. Times are seconds since the epoch by the kernel's clock. */
export interface InputRow extends Row, RunFields {
  input_index: number;
  started: number | null;
  ended: number | null;
  steps: number | null;
  cost: number | null;
  unpriced_calls: number | null;
}

/** What the kernel says of the batch beside what it says of any run. */
export interface BatchSummary extends Summary {
  readonly total: number | null;
  readonly remaining: boolean;
  /** How many runs there are that have no row. */
  readonly more: number;
  /** Whether there is one run, whose view is drawn in place of the table. */
  readonly alone: boolean;
  readonly opened: number | null;
  /** The view of the run that is open. */
  readonly view: string | null;
}

declare module "../../core/connection/methods" {
  interface Methods {
    open: { params: { input_index: number }; result: true };
    close: { params: Record<string, never>; result: true };
    resume: { params: Record<string, never>; result: true };
  }
}

export function batchSummaryOf(store: Store): BatchSummary {
  return store.summary as BatchSummary;
}

/** Whether the rows are runs that other code started, and not inputs. */
export function areWatchedRuns(summary: Summary): boolean {
  return summary.source === "watch";
}

/** The rows that have come; of inputs that were not taken yet, the kernel says only how many there are. */
export function inputRowsOf({ tables, summary }: Store): readonly InputRow[] {
  const { rows } = (tables as unknown as { inputs: { rows: readonly InputRow[] } }).inputs;
  const { total } = summary as BatchSummary;
  if (total == null || total <= rows.length) return rows;
  const waiting = Array.from({ length: total - rows.length }, (_, nth) => waitingRow(rows.length + nth));
  return [...rows, ...waiting];
}

function waitingRow(input_index: number): InputRow {
  return {
    input_index,
    title: "",
    status: "pending",
    started: null,
    ended: null,
    steps: null,
    input_tokens: null,
    output_tokens: null,
    cost: null,
    unpriced_calls: null,
    error: null,
    last_words: null,
  };
}

export function statusCountsOf(rows: readonly InputRow[]): ReadonlyMap<Status, number> {
  const counts = new Map<Status, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

export interface InputFilter {
  readonly status: Status | null;
  /** In lower case. */
  readonly text: string;
}

/** The rows that are shown. */
export function filterRows(rows: readonly InputRow[], { status, text }: InputFilter): readonly InputRow[] {
  return rows.filter((row) => (status === null || row.status === status) && rowHasText(row, text));
}

function rowHasText({ title, last_words, error }: InputRow, text: string): boolean {
  return text === "" || [title, last_words, error].some((cell) => cell?.toLowerCase().includes(text));
}

/** What rows are sorted by; what goes on takes the longest. */
export const SORT_KEYS = {
  input_index: ({ input_index }) => input_index,
  status: ({ status }) => RUN_STATUSES.indexOf(status),
  time: ({ started, ended }) => (started === null ? null : (ended ?? Number.MAX_SAFE_INTEGER) - started),
  tokens: ({ output_tokens }) => output_tokens,
} as const satisfies Record<string, SortKey<InputRow>>;

/** How long an input took, or has been going on at `now` by the kernel's clock; null if it has not begun. */
export function inputSecondsOf({ started, ended }: InputRow, now: number | null): number | null {
  const until = ended ?? now;
  return started === null || until === null ? null : Math.max(0, until - started);
}
