// What differs between two JSON values. Pure; `lg_jupyter/tables/json_diff.py` is the same for the kernel.

import { childPointer } from "../../core/pointer";
import { isObject, type Json } from "../../core/schema";

type Fields = { readonly [key: string]: Json };

export interface JsonChange {
  /** A JSON Pointer. */
  readonly path: string;
  readonly op: "add" | "remove" | "change" | "append";
  readonly before: Json;
  readonly after: Json;
}

/** The changes of one thing. */
type Group = readonly JsonChange[];

const TOO_MANY = 100; // items of an object or a list that differ, beyond which it is one change

/** What makes one state of another, key by key; a key that one of them lacks is added or removed whole. */
export function stateChanges(before: Json, after: Json): readonly (JsonChange & { key: string | null })[] {
  if (!isFields(before) || !isFields(after)) {
    return jsonChanges(before, after).map((change) => ({ key: null, ...change }));
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    memberChanges(before, after, key, "").map((change) => ({ key, ...change })),
  );
}

/** The changes that make `after` of `before`, `path` being where they stand. */
export function jsonChanges(before: Json, after: Json, path = ""): Group {
  if (before === after) return [];
  const whole: Group = [{ path, op: "change", before, after }];
  let groups: readonly Group[] | null = null;
  if (isFields(before) && isFields(after)) groups = objectChanges(before, after, path);
  else if (Array.isArray(before) && Array.isArray(after)) groups = listChanges(before, after, path);
  return groups === null || groups.length > TOO_MANY ? whole : groups.flat();
}

export function isSameJson(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (isFields(left)) {
    const keys = Object.keys(left);
    return (
      isFields(right) &&
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key] as Json, right[key] as Json))
    );
  }
  return (
    Array.isArray(left) &&
    Array.isArray(right) &&
    left.length === right.length &&
    left.every((item, nth) => isSameJson(item, right[nth]))
  );
}

function objectChanges(before: Fields, after: Fields, path: string): readonly Group[] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [...gone, ...Object.keys(after)]
    .map((key) => memberChanges(before, after, key, path))
    .filter((group) => group.length > 0);
}

function memberChanges(before: Fields, after: Fields, key: string, path: string): Group {
  const here = childPointer(path, key);
  if (!Object.hasOwn(before, key)) {
    return [{ path: here, op: "add", before: null, after: after[key] as Json }];
  }
  if (!Object.hasOwn(after, key)) {
    return [{ path: here, op: "remove", before: before[key] as Json, after: null }];
  }
  return jsonChanges(before[key] as Json, after[key] as Json, here);
}

/** The changes of each item that differs; null if the list is better shown as one change. */
function listChanges(before: readonly Json[], after: readonly Json[], path: string): readonly Group[] | null {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const [old, now] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const anchors = anchorsOf(old, now);
  if (anchors === null) return null;
  const isUnlike = start === 0 && end === 0 && anchors.length === 0;
  if (isUnlike && old.length > 0 && now.length > 0 && !anyMayBeSame(old, now)) return null;
  const groups: Group[] = [];
  let [i, j] = [0, 0];
  for (const [oldStop, newStop] of [...anchors, [old.length, now.length] as const]) {
    const last = oldStop === old.length;
    const between = {
      old: old.slice(i, oldStop),
      now: now.slice(j, newStop),
      starts: [start + i, start + j],
    };
    groups.push(...changesBetween(between, path, last && end === 0));
    if (!last)
      groups.push(jsonChanges(old[oldStop] as Json, now[newStop] as Json, `${path}/${start + newStop}`));
    [i, j] = [oldStop + 1, newStop + 1];
  }
  return groups.filter((group) => group.length > 0);
}

function commonStart(before: readonly Json[], after: readonly Json[]): number {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && isSameJson(before[start] as Json, after[start] as Json)) start += 1;
  return start;
}

function commonEnd(before: readonly Json[], after: readonly Json[], start: number): number {
  const most = Math.min(before.length, after.length) - start;
  let end = 0;
  while (end < most && isSameJson(before.at(-1 - end) as Json, after.at(-1 - end) as Json)) end += 1;
  return end;
}

/** Where the same thing stands in both lists, by what names it alone; null if the order is another. */
function anchorsOf(
  old: readonly Json[],
  now: readonly Json[],
): readonly (readonly [number, number])[] | null {
  const [oldAt, newAt] = [uniquePositions(old), uniquePositions(now)];
  const anchors = [...oldAt].flatMap(([name, at]) => {
    const other = newAt.get(name);
    return other === undefined ? [] : [[at, other] as const];
  });
  return anchors.every(([, at], nth) => nth === 0 || (anchors[nth - 1]?.[1] as number) <= at)
    ? anchors
    : null;
}

function uniquePositions(items: readonly Json[]): ReadonlyMap<string, number> {
  const names = items.map(identityOf);
  const times = new Map<string | null, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  const found = new Map<string, number>();
  names.forEach((name, at) => {
    if (name !== null && times.get(name) === 1) found.set(name, at);
  });
  return found;
}

/** The changes between two anchors: place by place, then what is left of the longer list. */
function changesBetween(
  { old, now, starts }: { old: readonly Json[]; now: readonly Json[]; starts: readonly number[] },
  path: string,
  grows: boolean,
): readonly Group[] {
  const [oldStart, newStart] = starts as [number, number];
  const added = (nth: number): JsonChange => ({
    path: `${path}/${newStart + nth}`,
    op: "add",
    before: null,
    after: now[nth] as Json,
  });
  const removed = (nth: number): JsonChange => ({
    path: `${path}/${oldStart + nth}`,
    op: "remove",
    before: old[nth] as Json,
    after: null,
  });
  const groups: Group[] = [];
  const common = Math.min(old.length, now.length);
  for (let nth = 0; nth < common; nth++) {
    const [left, right] = [old[nth] as Json, now[nth] as Json];
    if (isFields(left) && isFields(right) && !mayBeSame(left, right))
      groups.push([removed(nth)], [added(nth)]);
    else groups.push(jsonChanges(left, right, `${path}/${newStart + nth}`));
  }
  for (let nth = common; nth < old.length; nth++) groups.push([removed(nth)]);
  if (grows && now.length > common) {
    return [...groups, [{ path, op: "append", before: null, after: now.slice(common) }]];
  }
  for (let nth = common; nth < now.length; nth++) groups.push([added(nth)]);
  return groups;
}

/** What an item is known by wherever it stands: its id, or itself if it is no object or list. */
function identityOf(item: Json): string | null {
  if (Array.isArray(item)) return null;
  if (!isFields(item)) return JSON.stringify(item);
  const { id } = item;
  return typeof id === "string" || Number.isInteger(id) ? `id ${JSON.stringify(id)}` : null;
}

/** Whether two items without names may be two states of one thing. */
function mayBeSame(old: Json, now: Json): boolean {
  return identityOf(old) === null && identityOf(now) === null && isFields(old) === isFields(now);
}

function anyMayBeSame(old: readonly Json[], now: readonly Json[]): boolean {
  return old.slice(0, now.length).some((item, nth) => mayBeSame(item, now[nth] as Json));
}

function isFields(value: Json | undefined): value is Fields {
  return isObject(value);
}
