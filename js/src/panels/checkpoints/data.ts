// The checkpoints of a thread in order of time: those that the kernel listed, and what came since. Pure.

import { formatNamesWithCounts } from "../../core/format";
import type { CheckpointRow, Row } from "../../core/schema";
import type { CheckpointListed, CheckpointHistory } from "../../steer/protocol";
import { type Lanes, lanesOf } from "./lanes";

/** One checkpoint of the list. */
export interface CheckpointItem {
  readonly listed: CheckpointListed;
  /** The namespace of a subgraph's: no run can begin at it. */
  readonly namespace: string;
  /** What filters and selections look at. */
  readonly row: Row;
  readonly lanes: Lanes;
}

type ItemWithoutLanes = Omit<CheckpointItem, "lanes">;

/** What of the run's own rows and the kernel's list is shown. `self` is this run. */
export function checkpointItemsOf(
  history: CheckpointHistory | null,
  rows: readonly CheckpointRow[],
  self: string | null,
  subgraphs: boolean,
  shows: (row: Row) => boolean,
): CheckpointItem[] {
  const pushed = new Map(rows.map((row) => [row.checkpoint_id, row]));
  const listed = (history?.rows ?? []).map((each) => itemOfThread(each, pushed.get(each.checkpoint_id)));
  const known = new Set(listed.map(({ listed: { checkpoint_id } }) => checkpoint_id));
  const since = rows
    .filter((row) => !known.has(row.checkpoint_id) && (subgraphs || row.namespace === ""))
    .map((row) => itemOfRow(row, self));
  const all = [...listed, ...since].sort((a, b) => compareByTime(a.listed, b.listed));
  return withLanes(
    all.filter(({ row }) => shows(row)),
    all,
  );
}

/** Ids begin with the time. */
function compareByTime(a: CheckpointListed, b: CheckpointListed): number {
  return a.checkpoint_id < b.checkpoint_id ? -1 : a.checkpoint_id > b.checkpoint_id ? 1 : 0;
}

function itemOfThread(listed: CheckpointListed, row: CheckpointRow | undefined): ItemWithoutLanes {
  const { next, ...rest } = listed;
  return { listed, namespace: "", row: row ?? { ...rest, next: [...next], namespace: "" } };
}

function itemOfRow(row: CheckpointRow, self: string | null): ItemWithoutLanes {
  const { checkpoint_id, parent_checkpoint_id, step, source, namespace } = row;
  const next = Array.isArray(row.next) ? row.next.map(String) : [];
  const created_at = new Date(row.timestamp * 1000).toISOString();
  return {
    listed: { checkpoint_id, parent_checkpoint_id, step, source, next, created_at, changed: [], run: self },
    namespace,
    row,
  };
}

/** Lanes of those that are shown: who hides descends to the next that is. Subgraphs' only let lanes pass. */
function withLanes(shown: readonly ItemWithoutLanes[], all: readonly ItemWithoutLanes[]): CheckpointItem[] {
  const parents = new Map(all.map(({ listed }) => [listed.checkpoint_id, listed.parent_checkpoint_id]));
  const roots = shown.filter(({ namespace }) => namespace === "");
  const visible = new Set(roots.map(({ listed }) => listed.checkpoint_id));
  const points = roots.map(({ listed }) => {
    let parent = listed.parent_checkpoint_id;
    while (parent !== null && !visible.has(parent)) parent = parents.get(parent) ?? null;
    return { id: listed.checkpoint_id, parent };
  });
  const lanes = lanesOf(points);
  let nth = -1;
  return shown.map((each) => {
    if (each.namespace !== "") return { ...each, lanes: passingLanes(lanes[nth]) };
    nth += 1;
    return { ...each, lanes: lanes[nth] as Lanes };
  });
}

function passingLanes(above: Lanes | undefined): Lanes {
  const through = above ? [...above.through, ...above.out, ...(above.down ? [above.lane] : [])] : [];
  return { lane: -1, through, down: false, up: false, out: [] };
}

/** The number of lanes that are drawn. */
export function laneCount(items: readonly CheckpointItem[]): number {
  let most = 0;
  for (const { lanes } of items) most = Math.max(most, lanes.lane, ...lanes.through, ...lanes.out);
  return most + 1;
}

/** The items with which a run begins, by index: the run, `null` where it is an earlier one on the thread. */
export function runStartsOf(items: readonly CheckpointItem[]): Map<number, string | null> {
  const found = new Map<number, string | null>();
  const seen = new Set<string | null>();
  items.forEach(({ listed: { run }, namespace }, nth) => {
    if (namespace !== "" || seen.has(run)) return;
    seen.add(run);
    found.set(nth, run);
  });
  return found;
}

/** "end" where nothing is left to run. */
export function nextNodesText({ next }: CheckpointListed): string {
  return formatNamesWithCounts(next.map((node) => (node === "__start__" ? "start" : node))) || "end";
}
