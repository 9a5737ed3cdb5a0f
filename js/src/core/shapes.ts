// What a value is beside JSON: rows of a table, an image. Pure.

import { describeBlocks } from "./blocks";
import { isBigCell, isObject, type Json } from "./json";
import { isMessageLike } from "./messages";

type Fields = { readonly [key: string]: Json };

export interface RecordRows {
  readonly columns: readonly string[];
  readonly rows: readonly Fields[];
}

const MAX_COLUMNS = 10; // columns of a table
const MAX_ROWS_EXAMINED = 200; // rows by which it is decided

/** A list of objects that are alike: at least half of the keys of all are in each. Null of anything else. */
export function recordRowsOf(value: Json): RecordRows | null {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isPlainObject)) return null;
  const rows = value as readonly Fields[];
  const some = rows.slice(0, MAX_ROWS_EXAMINED);
  const columns = [...new Set(some.flatMap(Object.keys))];
  if (columns.length === 0 || columns.length > MAX_COLUMNS) return null;
  const alike = some.every((row) => Object.keys(row).length >= columns.length / 2);
  return alike ? { columns, rows } : null;
}

function isPlainObject(item: Json): item is Fields {
  return isObject(item) && !isBigCell(item) && !isMessageLike(item) && imageOf(item) === null;
}

export interface Image {
  readonly src: string;
  readonly label: string;
}

/** The image that a value holds itself: a data URL, or a content block with the data. Nothing is fetched. */
export function imageOf(value: Json): Image | null {
  const block = typeof value === "string" ? { type: "image", url: value } : value;
  if (typeof value === "string" && !value.startsWith("data:image/")) return null;
  if (typeof block !== "object" || block === null || !("type" in block)) return null;
  if (typeof block.type !== "string" || !block.type.includes("image")) return null;
  const [found] = describeBlocks([block]);
  return found?.kind === "image" ? { src: found.src, label: found.label } : null;
}
