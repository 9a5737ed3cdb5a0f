// Reads: tasks. What the run's wall time was spent on: in each step the task that ended last, going down into
// the subgraph it ran, and the gaps in between.

import { formatDuration } from "../../core/format";
import { namespaceNames } from "../../core/namespace";
import type { TaskRow } from "../../core/schema";
import { ACTIVITY, AXIS } from "../../texts/timeline";
import { longestActivityOf, type Piece } from "./pieces";
import type { TimeSpan } from "./time";

/** A task of the path that ran no other, in seconds since the run's start. */
export interface PathTask extends TimeSpan {
  readonly task: TaskRow;
}

export interface CriticalPath {
  readonly leaves: readonly PathTask[];
  /** The tasks of the path, also those that only hold others. */
  readonly taskIds: ReadonlySet<string>;
  /** When no task of the path was at work. */
  readonly gaps: readonly TimeSpan[];
  readonly between: number;
  readonly total: number;
}

const NEGLIGIBLE = 0.0005; // seconds

/** `now`: what tasks that still run are taken to have come to, in seconds since `start`. */
export function criticalPathOf(tasks: readonly TaskRow[], start: number, now: number): CriticalPath | null {
  const children = new Map<string | null, TaskRow[]>();
  const known = new Set(tasks.map((task) => task.task_id));
  for (const task of tasks) {
    if (task.start_time === null) continue;
    const parent =
      task.parent_task_id !== null && known.has(task.parent_task_id) ? task.parent_task_id : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(task);
    else children.set(parent, [task]);
  }
  const spanOf = (task: TaskRow): TimeSpan => {
    const from = (task.start_time as number) - start;
    return { from, to: task.end_time === null ? Math.max(now, from) : Math.max(from, task.end_time - start) };
  };
  const taskIds = new Set<string>();
  const leaves: PathTask[] = [];
  const descend = (scope: readonly TaskRow[]) => {
    for (const task of criticalChainOf(scope, spanOf)) {
      taskIds.add(task.task_id);
      const inner = children.get(task.task_id);
      if (inner) descend(inner);
      else leaves.push({ task, ...spanOf(task) });
    }
  };
  descend(children.get(null) ?? []);
  if (leaves.length === 0) return null;
  const ordered = inOrder(leaves);
  const gaps = gapsOf(ordered, now);
  return {
    leaves: ordered,
    taskIds,
    gaps,
    between: gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0),
    total: now,
  };
}

/** Of the tasks that one task ran (or the run), those that it waited for, in their order. */
function criticalChainOf(tasks: readonly TaskRow[], spanOf: (task: TaskRow) => TimeSpan): TaskRow[] {
  const lasts = new Map<string, TaskRow>(); // of each step of each namespace, the one that ended last
  for (const task of tasks) {
    const key = `${task.namespace}\n${task.step}`;
    const last = lasts.get(key);
    if (!last || spanOf(task).to > spanOf(last).to) lasts.set(key, task);
  }
  // Two graphs that one task runs at the same time are not both waited for: go back from the end.
  const byEnd = [...lasts.values()].sort((a, b) => spanOf(b).to - spanOf(a).to);
  const path: TaskRow[] = [];
  let from = Number.POSITIVE_INFINITY;
  let namespace: string | null = null;
  for (const task of byEnd) {
    const span = spanOf(task);
    if (span.to > from + NEGLIGIBLE && task.namespace !== namespace) continue;
    path.push(task);
    from = Math.min(from, span.from);
    namespace = task.namespace;
  }
  return path.reverse();
}

/** In order of time, none beginning before the one before it ended. */
function inOrder(leaves: readonly PathTask[]): PathTask[] {
  let end = 0;
  const ordered: PathTask[] = [];
  for (const leaf of [...leaves].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const from = Math.max(leaf.from, end);
    const to = Math.max(leaf.to, from);
    ordered.push({ task: leaf.task, from, to });
    end = to;
  }
  return ordered;
}

function gapsOf(leaves: readonly PathTask[], end: number): TimeSpan[] {
  const gaps: TimeSpan[] = [];
  let at = 0;
  for (const { from, to } of [...leaves, { from: end, to: end }]) {
    if (from - at > NEGLIGIBLE) gaps.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  return gaps;
}

const SHOWN = 5;

/**
 * "3.10 s of 4.40 s: gpt-x, waiting": what of the path took longest, in its tasks that ran no others; null where no call
 * is known.
 */
export function longestPieceText(
  path: CriticalPath,
  pieces: ReadonlyMap<string, readonly Piece[]>,
): string | null {
  const longest = longestActivityOf(
    path.leaves.map((leaf) => ({ pieces: pieces.get(leaf.task.task_id) ?? [], within: leaf })),
  );
  if (longest === null) return null;
  const { activity, name, seconds } = longest;
  return ACTIVITY.of(formatDuration(seconds), formatDuration(path.total), ACTIVITY.longest[activity](name));
}

/** "plan 1.20 s → research › tools 3.40 s → write 2.10 s; 300 ms between steps": the longest only, if many. */
export function pathSummaryText(path: CriticalPath, names: ReadonlyMap<string, string> = new Map()): string {
  const steps = mergeSamePlaces(path.leaves, names);
  const inSight = steps.filter(({ seconds }) => seconds >= path.total * 0.01);
  const between = path.between >= NEGLIGIBLE ? `; ${AXIS.between(formatDuration(path.between))}` : "";
  if (inSight.length <= SHOWN && inSight.length > 0) {
    const left = steps.length > inSight.length ? " → …" : "";
    return `${inSight.map(stretchText).join(" → ")}${left}${between}`;
  }
  const totals = sumByPlace(steps);
  const more = totals.length > SHOWN ? ` · … ${totals.length - SHOWN} more` : "";
  return `${totals.slice(0, SHOWN).map(stretchText).join(" · ")}${more}${between}`;
}

interface Stretch {
  readonly place: string;
  readonly seconds: number;
  readonly count: number;
}

function stretchText({ place, seconds, count }: Stretch): string {
  return `${place}${count > 1 ? ` ×${count}` : ""} ${formatDuration(seconds)}`;
}

/** Leaves of the same place in a row as one. */
function mergeSamePlaces(leaves: readonly PathTask[], names: ReadonlyMap<string, string>): Stretch[] {
  const steps: Stretch[] = [];
  for (const { task, from, to } of leaves) {
    const place = [...namespaceNames(task.namespace, names), task.node ?? "?"].join(" › ");
    const last = steps.at(-1);
    if (last?.place === place) {
      steps[steps.length - 1] = { place, seconds: last.seconds + to - from, count: last.count + 1 };
    } else steps.push({ place, seconds: to - from, count: 1 });
  }
  return steps;
}

/** Added up by place, the longest first. */
function sumByPlace(steps: readonly Stretch[]): Stretch[] {
  const totals = new Map<string, Stretch>();
  for (const { place, seconds, count } of steps) {
    const known = totals.get(place) ?? { place, seconds: 0, count: 0 };
    totals.set(place, { place, seconds: known.seconds + seconds, count: known.count + count });
  }
  return [...totals.values()].sort((a, b) => b.seconds - a.seconds);
}
