// What the kernel found by a text, as rows of this page. Pure.

import { type Json, type Row, TABLE_KEYS, type TableName } from "../core/schema";
import type { Store } from "../core/store";

/** What tells the rows that were found: keys, and where there are none the rows themselves. */
export function foundRowsOf(
  { tables }: Store,
  found: Readonly<Record<string, readonly Json[]>>,
): (Json | Row)[] {
  return Object.entries(found).flatMap(([name, keys]) => {
    if (TABLE_KEYS[name as TableName] !== null) return keys;
    const { rows } = tables[name as TableName];
    return keys.flatMap((key) => rows[key as number] ?? []);
  });
}
