// Reads: tasks, model_calls, tool_calls. What went on inside of tasks: models that were waited for or answered,
// tools, the wait for another try. What is left is a node's own code. In seconds since the run's start.

import type { ModelCallRow, TaskRow, ToolCallRow } from "../../core/schema";
import type { RunningTime } from "../../core/waits";
import { modelNameOf } from "../../core/calls";
import type { TimeSpan } from "./time";

/** Of several at once the first counts, as in the kernel's `task_times.py`. */
const ACTIVITIES = ["answers", "waits", "tool", "retry"] as const;

export type Activity = (typeof ACTIVITIES)[number];

/** One thing that went on; `to` is infinite while it does. */
export interface Piece extends TimeSpan {
  readonly activity: Activity;
  /** The model or the tool. */
  readonly name: string;
}

export interface Reported {
  readonly models: readonly ModelCallRow[];
  readonly tools: readonly ToolCallRow[];
}

/** By task, what went on in it and in the graphs that it ran, one piece after the other. */
export function piecesOf(
  tasks: readonly TaskRow[],
  { models, tools }: Reported,
  start: number,
  time: RunningTime,
): Map<string, Piece[]> {
  const outer = new Map(tasks.map((task) => [task.task_id, task.parent_task_id]));
  const found = new Map<string, Piece[]>();
  const at = (moment: number | null) =>
    moment === null ? Number.POSITIVE_INFINITY : time.at(moment) - start;
  const add = (task_id: string | null, piece: Piece) => {
    for (let id = task_id; id !== null; id = outer.get(id) ?? null) {
      const pieces = found.get(id);
      if (pieces) pieces.push(piece);
      else found.set(id, [piece]);
    }
  };
  const known = new Map(models.map((row) => [row.call_id, row]));
  for (const row of models.filter(isTimed)) {
    const [name, from, to] = [modelNameOf(row), at(row.start_time), at(row.end_time)];
    const first = row.first_token_time === null ? to : at(row.first_token_time);
    add(row.task_id, { activity: "waits", name, from, to: first });
    if (first < to) add(row.task_id, { activity: "answers", name, from: first, to });
    const failed = row.retry_of === null ? null : (known.get(row.retry_of)?.end_time ?? null);
    if (failed !== null) add(row.task_id, { activity: "retry", name, from: at(failed), to: from });
  }
  for (const row of tools.filter(isTimed)) {
    const [from, to] = [at(row.start_time), at(row.end_time)];
    add(row.task_id, { activity: "tool", name: row.name ?? "–", from, to });
  }
  for (const task of tasks) {
    for (const piece of retryPiecesOf(task, start)) add(task.task_id, piece);
  }
  return new Map([...found].map(([id, pieces]) => [id, flattenPieces(pieces)]));
}

/** Calls that callbacks reported have the times of this kernel's clock, as its tasks do. */
function isTimed({ known_from, start_time, task_id }: ModelCallRow | ToolCallRow): boolean {
  return known_from === "callback" && start_time !== null && task_id !== null;
}

function retryPiecesOf({ node, retries }: TaskRow, start: number): Piece[] {
  if (!Array.isArray(retries)) return [];
  return retries.flatMap((retry) => {
    const { failed_time, time } = retry as { readonly failed_time?: number; readonly time: number };
    if (failed_time === undefined) return [];
    return [{ activity: "retry" as const, name: node ?? "–", from: failed_time - start, to: time - start }];
  });
}

/** Cut where others begin and end, so that at each moment there is one: of several the first in `ACTIVITIES`. */
function flattenPieces(pieces: readonly Piece[]): Piece[] {
  const waiting = [...pieces].sort((one, other) => other.from - one.from);
  const moments = [...new Set(pieces.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const flat: Piece[] = [];
  let open: Piece[] = [];
  moments.forEach((from, index) => {
    const to = moments[index + 1];
    if (to === undefined) return;
    open = open.filter((piece) => piece.to > from);
    for (let next = waiting.at(-1); next && next.from <= from; next = waiting.at(-1)) {
      open.push(next);
      waiting.pop();
    }
    const first = open.reduce<Piece | null>(
      (best, piece) => (best && hasPriority(best, piece) ? best : piece),
      null,
    );
    const last = flat.at(-1);
    if (!first) return;
    if (last && last.to === from && last.activity === first.activity && last.name === first.name)
      flat[flat.length - 1] = { ...last, to };
    else flat.push({ ...first, from, to });
  });
  return flat;
}

function hasPriority(one: Piece, other: Piece): boolean {
  return ACTIVITIES.indexOf(one.activity) <= ACTIVITIES.indexOf(other.activity);
}

/** Whether two bars have the same pieces. */
export function arePiecesEqual(one: readonly Piece[], other: readonly Piece[]): boolean {
  const [last, its] = [one.at(-1), other.at(-1)];
  return one.length === other.length && last?.to === its?.to && last?.activity === its?.activity;
}

/** One model that was waited for, one tool, …, and how long in all. */
interface Longest extends Pick<Piece, "activity" | "name"> {
  readonly seconds: number;
}

/** What went on longest in some stretches of time, each with its pieces; null if nothing did. */
export function longestActivityOf(
  stretches: readonly { readonly pieces: readonly Piece[]; readonly within: TimeSpan }[],
): Longest | null {
  const sums = new Map<string, Longest>();
  for (const { pieces, within } of stretches) {
    for (const { activity, name, from, to } of pieces) {
      const seconds = Math.min(to, within.to) - Math.max(from, within.from);
      if (seconds <= 0) continue;
      const key = `${activity} ${name}`;
      sums.set(key, { activity, name, seconds: seconds + (sums.get(key)?.seconds ?? 0) });
    }
  }
  return [...sums.values()].sort((one, other) => other.seconds - one.seconds)[0] ?? null;
}

/** What a task's time went to, as the kernel reckons it; what took none is left out. */
export interface TimeShare {
  readonly activity: Activity | "own";
  readonly seconds: number;
}

export function timeSharesOf(task: TaskRow): TimeShare[] {
  const { model_time, model_wait_time, tool_time, retry_time, own_time } = task;
  if (model_time === null) return [];
  const shares: [TimeShare["activity"], number | null][] = [
    ["waits", model_wait_time],
    ["answers", model_time - (model_wait_time ?? 0)],
    ["tool", tool_time],
    ["retry", retry_time],
    ["own", own_time],
  ];
  return shares.flatMap(([activity, seconds]) =>
    seconds !== null && seconds >= NEGLIGIBLE ? [{ activity, seconds }] : [],
  );
}

const NEGLIGIBLE = 0.0005; // seconds
