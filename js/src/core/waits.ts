// Times of a run, as if waiting for a person or in a server's queue had taken none. Seconds since the epoch.

import { formatDuration } from "./format";
import type { CheckpointRow, MessageRow, TaskRow, Wait } from "./schema";

/** Where the run waited, on an axis on which waiting takes no time. */
export interface WaitCut {
  readonly at: number;
  readonly text: string;
}

const NOTABLE = 0.1; // seconds: of shorter waits an axis need not tell

/** Tells times as if waiting had taken none. */
export class RunningTime {
  readonly #rows = new WeakMap<object, object>();

  constructor(private readonly waits: readonly Wait[]) {}

  /** A moment, earlier by all the waiting before it. */
  at(time: number): number {
    let waited = 0;
    for (const [start, end] of this.waits) waited += Math.max(0, Math.min(end, time) - start);
    return time - waited;
  }

  task(row: TaskRow): TaskRow {
    return this.#known(row, () => ({
      ...row,
      start_time: this.#maybe(row.start_time),
      end_time: this.#maybe(row.end_time),
      retries: Array.isArray(row.retries)
        ? row.retries.map((each) => {
            const { failed_time, ...retry } = each as {
              readonly time: number;
              readonly failed_time?: number;
            };
            const failed = failed_time === undefined ? {} : { failed_time: this.at(failed_time) };
            return { ...retry, ...failed, time: this.at(retry.time) };
          })
        : row.retries,
    }));
  }

  message(row: MessageRow): MessageRow {
    return this.#known(row, () => ({ ...row, first_token_time: this.#maybe(row.first_token_time) }));
  }

  checkpoint(row: CheckpointRow): CheckpointRow {
    return this.#known(row, () => ({ ...row, timestamp: this.at(row.timestamp) }));
  }

  /** In seconds since `start`; one for all waits at a place. */
  cuts(start: number): WaitCut[] {
    const cuts: WaitCut[] = [];
    for (const [from, to, why] of this.waits) {
      if (to - from < NOTABLE) continue;
      const at = this.at(from) - start;
      const text = `waited ${formatDuration(to - from)} ${why}`;
      const last = cuts.at(-1);
      if (last && at - last.at < 1e-3) cuts[cuts.length - 1] = { at, text: `${last.text}, ${text}` };
      else cuts.push({ at, text });
    }
    return cuts;
  }

  #maybe(time: number | null): number | null {
    return time === null ? null : this.at(time);
  }

  /** The same row for the same row, so that what did not change is not drawn anew. */
  #known<Row extends object>(row: Row, make: () => Row): Row {
    if (this.waits.length === 0) return row;
    const known = (this.#rows.get(row) as Row | undefined) ?? make();
    this.#rows.set(row, known);
    return known;
  }
}
