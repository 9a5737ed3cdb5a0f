// What a value becomes by the changes of one state, applied as the schema of `state_diffs` says. Pure.

import { pointerTokens } from "../../core/pointer";
import { isBigCell, type Json, type StateDiffRow } from "../../core/schema";

/** What is not known, for a change to it is too big to have been pushed. */
export const UNKNOWN_VALUE = Symbol("unknown");

type Known = Json | typeof UNKNOWN_VALUE | undefined;
type Holder = Record<string, Json> | Json[];

const ORDER: Readonly<Record<string, number>> = { remove: 0, add: 1, append: 2, change: 3 };

/** `undefined` stands for no value. `rows` are those of one state and of one key, whose paths begin with it. */
export function applyDiffs(before: Known, rows: readonly StateDiffRow[]): Known {
  const whole = rows.filter(({ path }) => pointerTokens(path).length === 1);
  const replaced = whole.find(({ op }) => op !== "append");
  if (replaced) {
    if (replaced.op === "remove") return undefined;
    return isBigCell(replaced.after) ? UNKNOWN_VALUE : replaced.after;
  }
  const isUnknown = rows.some(({ after, op }) => op !== "remove" && isBigCell(after));
  if (before === UNKNOWN_VALUE || before === undefined || isUnknown) return UNKNOWN_VALUE;
  const root = structuredClone(before) as Holder;
  try {
    for (const row of [...rows].sort(compareDiffs)) applyDiff(root, row);
  } catch {
    return UNKNOWN_VALUE;
  }
  return root as Json;
}

function compareDiffs(a: StateDiffRow, b: StateDiffRow): number {
  return depthOf(a) - depthOf(b) || (ORDER[a.op] ?? 9) - (ORDER[b.op] ?? 9) || placeOf(a) - placeOf(b);
}

function depthOf({ path, op }: StateDiffRow): number {
  return pointerTokens(path).length + (op === "append" ? 1 : 0);
}

/** Removed items count in the old list, so the last goes first. */
function placeOf({ path, op }: StateDiffRow): number {
  const place = Number(pointerTokens(path).at(-1));
  if (!Number.isInteger(place)) return 0;
  return op === "remove" ? -place : place;
}

function applyDiff(root: Holder, { path, op, after }: StateDiffRow): void {
  const steps = pointerTokens(path).slice(1);
  const last = op === "append" ? undefined : steps.pop();
  let holder = root;
  for (const step of steps) holder = (holder as Record<string, Json>)[step] as Holder;
  if (last === undefined) (holder as Json[]).push(...(after as Json[]));
  else if (Array.isArray(holder)) {
    if (op === "remove") holder.splice(Number(last), 1);
    else holder.splice(Number(last), op === "add" ? 0 : 1, after);
  } else if (op === "remove") delete holder[last];
  else holder[last] = after;
}
