// What the table shows of a history: rows that are fetched, for the kernel has them on disk. Pure.

import type { RunFields } from "../../components/RunTable";
import type { Status, Summary } from "../../core/schema";
import type { Store } from "../../core/store";

/** A kept run. Times are seconds since the epoch by the clock of the kernel that kept it. */
export interface KeptRow extends RunFields {
  readonly id: string;
  readonly name: string;
  readonly started: number | null;
  readonly latency: number | null;
  readonly cost: number | null;
  readonly unpriced_calls: number | null;
  readonly pinned: boolean;
}

/** The rows that fit, how many there are of them, and how many runs have which status. */
export interface FoundRuns {
  readonly rows: readonly KeptRow[];
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What the kernel says of the table beside what it says of any run. */
export interface HistorySummary extends Summary {
  /** Other than before: there are other rows. */
  readonly changes: number;
  /** The runs that are open below: one, or two side by side. */
  readonly opened: readonly string[];
  /** The view of what is open. */
  readonly view: string | null;
}

interface Ids {
  readonly ids: readonly string[];
}

declare module "../../core/connection/methods" {
  interface Methods {
    find: { params: { text?: string; status?: string }; result: FoundRuns };
    pin: { params: Ids & { pinned: boolean }; result: true };
    delete: { params: Ids; result: true };
    show: { params: Ids; result: true };
  }
}

export function historySummaryOf(store: Store): HistorySummary {
  return store.summary as HistorySummary;
}

export function statusCountsOf({ counts }: FoundRuns): ReadonlyMap<Status, number> {
  return new Map(Object.entries(counts) as [Status, number][]);
}
