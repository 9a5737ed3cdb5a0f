// Rows of a saved view, put together as they were. Pure.

import { type Json, type Row, TABLE_KEYS, type TableName } from "../schema";
import type { ViewData } from "./data";
import type { PooledValues } from "./values";

/** What each message says, by its id. */
export function messageTexts({ snapshot }: ViewData): ReadonlyMap<string, string> {
  const pieces = new Map<string, string[]>();
  for (const [id, kind, , text] of snapshot.text) {
    if (kind !== "text") continue;
    const known = pieces.get(id);
    if (known) known.push(text);
    else pieces.set(id, [text]);
  }
  return new Map([...pieces].map(([id, texts]) => [id, texts.join("")]));
}

/** A row of a table that has keys, with its cells as whole as they are known. */
export function wholeRow({ cells }: ViewData, values: PooledValues, table: TableName, row: Row): Row {
  const key = String(row[TABLE_KEYS[table] ?? ""]);
  const whole = ([column, value]: [string, Json]) => {
    const number = cells[table]?.[column]?.[key];
    return [column, number === undefined ? value : values.valueAt(number)];
  };
  return Object.fromEntries(Object.entries(row).map(whole));
}
