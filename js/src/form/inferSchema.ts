// The schema of a value of which nobody tells one: fields for what is there, by its own types. Pure.

import type { Json } from "../core/schema";
import { isRecord, type Schema } from "./schema";

const WIDEST = 30; // entries of an object, or items of a list, that are fields
const DEEPEST = 4;

/** What stands for any JSON, where fields would be too many, or the types of items are several. */
const ANY: Schema = {};

export function inferSchema(value: Json, depth = 0): Schema {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return { type: typeof value };
  if (value === null || depth >= DEEPEST) return ANY;
  if (Array.isArray(value)) return inferListSchema(value as readonly Json[], depth);
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0 || entries.length > WIDEST) return ANY;
  const properties = Object.fromEntries(entries.map(([name, each]) => [name, inferSchema(each, depth + 1)]));
  return { type: "object", properties, required: Object.keys(properties) };
}

function inferListSchema(items: readonly Json[], depth: number): Schema {
  if (items.length === 0 || items.length > WIDEST || !items.every(isScalar)) return ANY;
  const kinds = new Set(items.map((each) => JSON.stringify(inferSchema(each, depth + 1))));
  return kinds.size === 1 ? { type: "array", items: inferSchema(items[0] as Json, depth + 1) } : ANY;
}

function isScalar(value: Json): boolean {
  return value !== null && !isRecord(value) && !Array.isArray(value);
}
