// Reads: store_ops. What was read and written of a store, and the namespaces in it. Pure.

import { isBigCell, isObject, type Json, type JsonObject, type StoreOpRow } from "../../core/schema";

/** An operation with its place in the table, by which its cells are fetched. */
export interface Operation {
  readonly row: StoreOpRow;
  readonly index: number;
}

/** A namespace of the store, and how many operations were in it or below. */
export interface StoreNamespace {
  readonly name: string;
  /** The last of its labels. */
  readonly label: string;
  readonly depth: number;
  readonly count: number;
}

/** How a field changed; `before` is undefined of one that is new, `after` of one that went. */
export interface FieldChange {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export const SEPARATOR = ".";

/** The operations that are shown, in order; `within` is a namespace of the store, null for all. */
export function operationsOf(
  rows: readonly StoreOpRow[],
  shows: (row: StoreOpRow) => boolean,
  within: string | null,
): Operation[] {
  return rows.flatMap((row, index) => (isWithin(row, within) && shows(row) ? [{ row, index }] : []));
}

function isWithin({ store_namespace: name }: StoreOpRow, within: string | null): boolean {
  if (within === null) return true;
  return name !== null && (name === within || name.startsWith(within + SEPARATOR));
}

/** The namespaces as a tree, each before those in it. */
export function namespacesOf(rows: readonly StoreOpRow[]): StoreNamespace[] {
  const counts = new Map<string, number>();
  for (const { store_namespace: name } of rows) {
    if (!name) continue;
    const labels = name.split(SEPARATOR);
    for (let depth = 1; depth <= labels.length; depth += 1) {
      const around = labels.slice(0, depth).join(SEPARATOR);
      counts.set(around, (counts.get(around) ?? 0) + 1);
    }
  }
  const inTree = (a: string, b: string) => {
    const [left, right] = [a.split(SEPARATOR), b.split(SEPARATOR)];
    const at = left.findIndex((label, nth) => label !== right[nth]);
    if (at < 0) return left.length - right.length;
    return right[at] === undefined ? 1 : (left[at] as string).localeCompare(right[at]);
  };
  return [...counts.keys()].sort(inTree).map((name) => {
    const labels = name.split(SEPARATOR);
    const label = labels.at(-1) as string;
    return { name, label, depth: labels.length - 1, count: counts.get(name) ?? 0 };
  });
}

/** What a write changed, field by field; null where it is not known, or where it was no change. */
export function fieldChangesOf({ effect, before, value }: StoreOpRow): FieldChange[] | null {
  if (effect !== "changed" || !isFields(before) || !isFields(value)) return null;
  const names = [...new Set([...Object.keys(before), ...Object.keys(value)])];
  return names
    .map((name) => ({ name, before: before[name], after: value[name] }))
    .filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after));
}

function isFields(value: Json): value is JsonObject {
  return isObject(value) && !isBigCell(value);
}
