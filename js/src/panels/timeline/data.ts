// Reads: tasks, messages, checkpoints. From rows to lanes of bars, and from those to what is on screen. The lanes are
// those of the record (`lg_jupyter/tables/timeline_lanes.py`), of the rows that pass the filter.

import { type GraphNames, namespaceNames, namespaceSegments } from "../../core/namespace";
import {
  type CheckpointRow,
  isBigCell,
  isFinal,
  type Json,
  type MessageRow,
  type Status,
  type TaskRow,
} from "../../core/schema";
import type { VisitNames } from "../../state/visitNames";
import { arePiecesEqual, type Piece } from "./pieces";
import type { TimeSpan } from "./time";

/** A task from its start to its end, in seconds since the run's start. */
export interface Bar {
  readonly task: TaskRow;
  readonly from: number;
  /** null while it runs. */
  readonly to: number | null;
  /** Which line of its lane: tasks that run at the same time stand under each other. */
  readonly line: number;
  /** When the first token of each of its messages came. */
  readonly firstTokens: readonly number[];
  /** When it was tried again. */
  readonly retries: readonly number[];
  /** What went on in it, one after the other. */
  readonly pieces: readonly Piece[];
}

/** The tasks of one node in one namespace. */
export interface Lane {
  readonly id: string;
  readonly namespace: string;
  readonly node: string;
  /** The names of the namespace, from the outside in; visits of one subgraph are numbered unless they share lanes. */
  readonly path: readonly string[];
  /** The last of them, where it says more than the lane above: a graph's own name, or which visit it is. */
  readonly graph: string | null;
  readonly lines: number;
  readonly bars: readonly Bar[];
}

/** A bar on screen, in pixels; `count` tasks that are too narrow to be distinguished share one. */
export interface BarBox {
  readonly bar: Bar;
  readonly left: number;
  readonly width: number;
  readonly count: number;
  readonly status: Status;
}

export interface StepBand extends TimeSpan {
  readonly step: number;
}

export interface CheckpointTick {
  readonly at: number;
  readonly row: CheckpointRow;
}

interface Options {
  /** The run's start, in seconds since the epoch. */
  readonly start: number;
  /** One lane for all visits of a subgraph, instead of one for each. */
  readonly merge: boolean;
  /** What subgraphs are called, by namespace: those of two names never share a lane. */
  readonly names: GraphNames;
  readonly visits: VisitNames;
  /** What went on in each task. */
  readonly pieces?: ReadonlyMap<string, readonly Piece[]>;
}

/** Runs of graphs that have lanes of their own; of more, those of one share them, unless the reader wants otherwise. */
export const MAX_SEPARATE_LANES = 10;

export function countNamespaces(tasks: readonly TaskRow[]): number {
  return new Set(tasks.map(({ namespace }) => namespace)).size;
}

/** The lanes in the order of the tree: a node's, then those of the subgraphs its tasks ran. */
export function lanesOf(
  tasks: readonly TaskRow[],
  messages: readonly MessageRow[],
  { start, merge, names, visits, pieces = new Map() }: Options,
): Lane[] {
  const tokens = firstTokenTimes(messages, start);
  const root = new LanePlace();
  for (const task of tasks) {
    const from = task.start_time ?? task.end_time;
    if (from === null) continue;
    const place = root.at(treePath(task, merge, names));
    place.tasks.push(task);
  }
  const pathOf = (namespace: string) =>
    merge ? namespaceNames(namespace, names) : visits.numberedPath(namespace);
  return root.lanes({ start, tokens, pieces, ends: stepEnds(tasks), pathOf });
}

/** `after`, with the lanes and bars in which nothing changed as they were in `before`, so that they are not drawn anew. */
export function reuseUnchangedLanes(before: readonly Lane[], after: readonly Lane[]): Lane[] {
  const known = new Map(before.map((lane) => [lane.id, lane]));
  return after.map((lane) => {
    const old = known.get(lane.id);
    return old ? reuseUnchangedBars(old, lane) : lane;
  });
}

function reuseUnchangedBars(old: Lane, lane: Lane): Lane {
  const bars = lane.bars.map((bar, index) => {
    const before = old.bars[index];
    return before && isSameBar(before, bar) ? before : bar;
  });
  const isSame = bars.length === old.bars.length && bars.every((bar, index) => bar === old.bars[index]);
  return isSame && old.path.join("\n") === lane.path.join("\n") ? old : { ...lane, bars };
}

function isSameBar(one: Bar, other: Bar): boolean {
  return (
    one.task === other.task &&
    one.to === other.to &&
    one.from === other.from &&
    one.line === other.line &&
    one.firstTokens.length === other.firstTokens.length &&
    arePiecesEqual(one.pieces, other.pieces)
  );
}

/** What is known of the run beside its tasks. */
interface RunFacts {
  readonly start: number;
  readonly tokens: ReadonlyMap<string, number[]>;
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
  readonly ends: ReadonlyMap<string, number>;
  readonly pathOf: (namespace: string) => string[];
}

/** A place in the tree of lanes; children in order of appearance. */
class LanePlace {
  readonly tasks: TaskRow[] = [];
  readonly #children = new Map<string, LanePlace>();

  at(path: readonly string[]): LanePlace {
    let place: LanePlace = this;
    for (const name of path) {
      let child = place.#children.get(name);
      if (!child) {
        child = new LanePlace();
        place.#children.set(name, child);
      }
      place = child;
    }
    return place;
  }

  lanes(facts: RunFacts): Lane[] {
    const lanes: Lane[] = [];
    const stack: LanePlace[] = [this];
    for (let place = stack.pop(); place; place = stack.pop()) {
      if (place.tasks.length > 0) lanes.push(laneOf(place.tasks, facts));
      stack.push(...[...place.#children.values()].reverse());
    }
    return lanes;
  }
}

/** `research:1|tools` → ["research", "research:1", "tools"]: right under the node whose task runs the subgraph. */
function treePath(task: TaskRow, merge: boolean, names: GraphNames): string[] {
  const path: string[] = [];
  for (const { node, ordinal, text, namespace } of namespaceSegments(task.namespace)) {
    if (ordinal === null) path.push(node);
    path.push(merge ? `\n${names.get(namespace) ?? ""}` : text);
  }
  path.push(task.node ?? "");
  return path;
}

function laneOf(tasks: readonly TaskRow[], { start, tokens, pieces, ends, pathOf }: RunFacts): Lane {
  const first = tasks[0] as TaskRow;
  const free: number[] = []; // when each line is free again
  const bars = tasks
    .map((task) => ({ task, ...spanOf(task, start, ends) }))
    .sort((a, b) => a.from - b.from)
    .map(({ task, from, to }): Bar => {
      const found = free.findIndex((end) => end <= from + 1e-6);
      const line = found < 0 ? free.length : found;
      free[line] = to ?? Number.POSITIVE_INFINITY;
      const retries = retriesOf(task).map(({ time }) => time - start);
      const { task_id } = task;
      const inside = { firstTokens: tokens.get(task_id) ?? [], pieces: pieces.get(task_id) ?? [] };
      return { task, from, to, line, ...inside, retries };
    });
  const path = pathOf(first.namespace);
  const last = path.at(-1) ?? null;
  return {
    id: `${first.namespace}\n${first.node}`,
    namespace: first.namespace,
    node: first.node ?? "",
    path,
    graph: last === namespaceSegments(first.namespace).at(-1)?.node ? null : last,
    lines: free.length,
    bars,
  };
}

/** A task that never reported is drawn up to where its step ended; one from a cache took no time. */
function spanOf(
  task: TaskRow,
  start: number,
  ends: ReadonlyMap<string, number>,
): { readonly from: number; readonly to: number | null } {
  const from = (task.start_time ?? task.end_time ?? start) - start;
  if (!isFinal(task.status)) return { from, to: null };
  const end = task.end_time ?? ends.get(stepKey(task));
  return { from, to: Math.max(from, end === undefined ? from : end - start) };
}

function stepKey(task: TaskRow): string {
  return `${task.namespace}\n${task.step}`;
}

function stepEnds(tasks: readonly TaskRow[]): Map<string, number> {
  const ends = new Map<string, number>();
  if (!tasks.some((task) => task.end_time === null && isFinal(task.status))) return ends; // nobody wants to know
  for (const task of tasks) {
    if (task.end_time === null) continue;
    const key = stepKey(task);
    ends.set(key, Math.max(ends.get(key) ?? 0, task.end_time));
  }
  return ends;
}

function firstTokenTimes(messages: readonly MessageRow[], start: number): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { task_id, first_token_time } of messages) {
    if (task_id === null || first_token_time === null) continue;
    const known = times.get(task_id);
    if (known) known.push(first_token_time - start);
    else times.set(task_id, [first_token_time - start]);
  }
  return times;
}

/** The last moment that the rows tell of, in seconds since the run's start. */
export function lastMomentOf(tasks: readonly TaskRow[], start: number): number {
  let last = 0;
  for (const task of tasks) last = Math.max(last, (task.end_time ?? task.start_time ?? start) - start);
  return last;
}

/** How long each step of the root graph took, from its first start to its last end. */
export function stepBandsOf(tasks: readonly TaskRow[], start: number, now: number): StepBand[] {
  const bands = new Map<number, { step: number; from: number; to: number }>();
  for (const task of tasks) {
    if (task.namespace !== "" || task.step === null || task.start_time === null) continue;
    const from = task.start_time - start;
    const to = isFinal(task.status) ? Math.max(from, (task.end_time ?? task.start_time) - start) : now;
    const band = bands.get(task.step);
    if (!band) bands.set(task.step, { step: task.step, from, to });
    else {
      band.from = Math.min(band.from, from);
      band.to = Math.max(band.to, to);
    }
  }
  return [...bands.values()].sort((a, b) => a.from - b.from);
}

export function checkpointTicksOf(checkpoints: readonly CheckpointRow[], start: number): CheckpointTick[] {
  return checkpoints.map((row) => ({ at: row.timestamp - start, row })).sort((a, b) => a.at - b.at);
}

// ---------------------------------------------------------------------------------------------
// From seconds to pixels

const NARROWEST = 3; // pixels
const NARROW = 5; // pixels: what is no wider cannot be distinguished from its neighbours

/** The bars of a lane that are to be seen in `span`, drawn `width` pixels wide. */
export function barBoxesOf(lane: Lane, span: TimeSpan, width: number, now: number): BarBox[] {
  const scale = width / (span.to - span.from);
  const last: (Writable<BarBox> | undefined)[] = [];
  const boxes: BarBox[] = [];
  for (const bar of lane.bars) {
    const to = bar.to ?? Math.max(now, bar.from);
    if (to < span.from || bar.from > span.to) continue;
    const left = Math.max(-4, (bar.from - span.from) * scale);
    const right = Math.min(width + 4, (to - span.from) * scale);
    const wide = Math.max(NARROWEST, right - left);
    const before = last[bar.line];
    if (before && wide <= NARROW && left < before.left + before.width + 2 && isNarrow(before)) {
      before.width = Math.max(before.width, left + wide - before.left);
      before.count += 1;
      before.status = worseStatus(before.status, bar.task.status);
      continue;
    }
    const box = { bar, left, width: wide, count: 1, status: bar.task.status };
    last[bar.line] = box;
    boxes.push(box);
  }
  return boxes;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function isNarrow(box: BarBox): boolean {
  return box.count > 1 || box.width <= NARROW;
}

const GRAVITY: readonly Status[] = ["success", "cached", "unreported", "cancelled", "interrupted", "error"];

/** The status that a reader should hear of first. */
export function worseStatus(one: Status, other: Status): Status {
  return GRAVITY.indexOf(other) > GRAVITY.indexOf(one) ? other : one;
}

/**
 * How many pixels are free beside each box: after it up to its neighbour on the same line, and before the first of
 * a line.
 */
export function freeSpaceBeside(
  boxes: readonly BarBox[],
  width: number,
): { readonly after: number; readonly before: number }[] {
  const next: number[] = [];
  const after = new Array<number>(boxes.length);
  for (let index = boxes.length - 1; index >= 0; index -= 1) {
    const box = boxes[index] as BarBox;
    after[index] = (next[box.bar.line] ?? width) - box.left - box.width;
    next[box.bar.line] = box.left;
  }
  const begun = new Set<number>();
  return boxes.map(({ bar, left }, index) => {
    const isFirst = !begun.has(bar.line);
    begun.add(bar.line);
    return { after: after[index] as number, before: isFirst ? Math.max(0, left) : 0 };
  });
}

/** The bar to go to from `bar` with an arrow key; null at an edge. */
export function neighbouringBar(
  lanes: readonly Lane[],
  bar: Bar,
  key: "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown",
): Bar | null {
  const at = lanes.findIndex((lane) => lane.bars.includes(bar));
  const lane = lanes[at];
  if (!lane) return null;
  if (key === "ArrowLeft") return lane.bars[lane.bars.indexOf(bar) - 1] ?? null;
  if (key === "ArrowRight") return lane.bars[lane.bars.indexOf(bar) + 1] ?? null;
  const other = lanes[at + (key === "ArrowUp" ? -1 : 1)];
  return other ? nearestBar(other.bars, bar.from) : null;
}

function nearestBar(bars: readonly Bar[], moment: number): Bar | null {
  let best: Bar | null = null;
  for (const bar of bars) {
    if (best === null || Math.abs(bar.from - moment) < Math.abs(best.from - moment)) best = bar;
  }
  return best;
}

/** A failed try of a task that was tried again. */
export interface Retry {
  /** Seconds since the epoch: when the next try began. */
  readonly time: number;
  readonly reason: string | null;
}

/** The times a task was tried again, as far as anyone tells. */
export function retriesOf({ retries }: TaskRow): Retry[] {
  if (!Array.isArray(retries)) return []; // too many to have been pushed, or of an older kernel
  return (retries as readonly { readonly time: number }[]).map((each) => ({
    time: each.time,
    reason: problemText(each as Json),
  }));
}

/** How a task failed, on one line. */
export function taskErrorText({ error }: TaskRow): string | null {
  return problemText(error);
}

function problemText(error: Json | undefined): string | null {
  if (error === null || error === undefined) return null;
  if (typeof error !== "object" || Array.isArray(error)) return String(error);
  if (isBigCell(error)) return `${error.preview}…`;
  const { error: name, message } = error as {
    readonly error?: unknown;
    readonly message?: unknown;
  };
  return [name, message].filter(Boolean).join(": ") || null;
}
