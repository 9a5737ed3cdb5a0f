// Values as JSON says them, and rows of them. Pure.

/** Any value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands in a row for a cell too big to push; `value` calls fetch the whole of it. */
export interface BigCell {
  readonly $big: number;
  readonly preview: string;
}

/** A row whose columns nobody here has read yet. */
export type Row = Readonly<Record<string, Json>>;

export function isBigCell(value: Json | undefined): value is JsonObject & BigCell {
  return isObject(value) && "$big" in value;
}
