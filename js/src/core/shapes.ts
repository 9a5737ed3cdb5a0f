// What a value is beside JSON: rows of a table, an image. Pure.

import { describeBlocks } from "./blocks";
import { isBig, isObject, type Json } from "./json";
import { isWritten } from "./messages";

type Fields = { readonly [key: string]: Json };

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly Fields[];
}

const WIDEST = 10; // columns of a table
const LOOKED_AT = 200; // rows by which it is decided

/** A list of objects that are alike: at least half of the keys of all are in each. Null of anything else. */
export function rowsOf(value: Json): Rows | null {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isPlain)) return null;
  const rows = value as readonly Fields[];
  const some = rows.slice(0, LOOKED_AT);
  const columns = [...new Set(some.flatMap(Object.keys))];
  if (columns.length === 0 || columns.length > WIDEST) return null;
  const alike = some.every((row) => Object.keys(row).length >= columns.length / 2);
  return alike ? { columns, rows } : null;
}

function isPlain(item: Json): item is Fields {
  return isObject(item) && !isBig(item) && !isWritten(item) && imageOf(item) === null;
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
