// Reads: tasks.

import type { TaskRow } from "../../schema";

/** A task's place on the run's time axis, as fractions of it. */
export interface Bar {
  readonly from: number;
  readonly to: number;
}

/** The end of the axis: the last moment known of, in seconds since the epoch. */
export function axisEnd(rows: readonly TaskRow[], start: number, now: number): number {
  let end = Math.max(now, start + 0.001);
  for (const row of rows) end = Math.max(end, row.end_time ?? row.start_time ?? 0);
  return end;
}

export function barOf(row: TaskRow, start: number, end: number, isOpen: boolean): Bar | null {
  if (row.start_time === null) return null;
  const span = end - start;
  const at = (time: number) => Math.min(1, Math.max(0, (time - start) / span));
  const last = row.end_time ?? (isOpen ? end : row.start_time);
  return { from: at(row.start_time), to: at(last) };
}

/** How a task failed, on one line. */
export function errorText(row: TaskRow): string | null {
  const { error } = row;
  if (error === null || error === undefined) return null;
  if (typeof error !== "object" || Array.isArray(error)) return String(error);
  const { error: name, message } = error as {
    readonly error?: unknown;
    readonly message?: unknown;
  };
  return [name, message].filter(Boolean).join(": ") || null;
}
