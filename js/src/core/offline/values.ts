// Whole values of a saved view, and what of a large one is given at once. Pure; `lg_jupyter/tables/state_history.py` and
// `lg_jupyter/text/preview.py` are the same for the kernel.

import type { Json } from "../schema";
import { pointerTokens } from "../pointer";
import type { ValueData } from "./data";

type Fields = { readonly [key: string]: Json };

/** Puts values together as they were. */
export class PooledValues {
  readonly #lists: (readonly Json[] | undefined)[] = [];

  constructor(private readonly data: ValueData) {}

  /** The value of a number; throws where there was no room for it. */
  valueAt(number: number | null | undefined): Json {
    const found = number == null ? undefined : this.data.values[number];
    if (!found) throw new Error("This was left out of the saved run: it was too large.");
    if (found[0] === 0) return this.#whole(found[1]);
    return Object.fromEntries(Object.entries(found[1]).map(([key, each]) => [key, this.valueAt(each)]));
  }

  #whole(value: Json): Json {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#whole(item));
    const reference = (value as Fields)[this.data.list_key];
    if (reference) return this.#list(...(reference as unknown as [number, number]));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#whole(item)]));
  }

  #list(number: number, length: number): readonly Json[] {
    this.#lists[number] ??= (this.data.lists[number] ?? []).map((item) => this.#whole(item));
    return this.#lists[number].slice(0, length);
  }
}

const MAX_WHOLE = 50_000; // characters of JSON that are given whole, and not a level at a time
const MAX_OF_CHILD = 4_096; // the same of what is in a large value
const PREVIEW = 400;

export interface ValuePart {
  readonly path: string;
  readonly value: Json;
  readonly total: number | null;
}

/** What of a value to give at once: all that is at `path`, or if that is large a range of what is in it. */
export function partAt(whole: Json, path = "", offset = 0, limit = 200): ValuePart {
  const value = valueAtPath(whole, path);
  if (typeof value !== "object" || value === null || jsonLength(value, MAX_WHOLE) <= MAX_WHOLE) {
    return { path, value, total: null };
  }
  if (Array.isArray(value)) {
    return {
      path,
      value: value.slice(offset, offset + limit).map((item) => cutToPreview(item)),
      total: value.length,
    };
  }
  const members = Object.entries(value);
  const range = members
    .slice(offset, offset + limit)
    .map(([key, item]) => [key, cutToPreview(item)] as const);
  return { path, value: Object.fromEntries(range), total: members.length };
}

/** A value, or of one with more than `limit` characters of JSON its size and beginning. */
export function cutToPreview(value: Json, limit: number = MAX_OF_CHILD): Json {
  const weight = jsonLength(value, 4 * limit);
  return weight > limit ? { $big: weight, preview: previewTextOf(value) } : value;
}

function valueAtPath(whole: Json, path: string): Json {
  let value: Json | undefined = whole;
  for (const token of pointerTokens(path)) {
    if (typeof value !== "object" || value === null) value = undefined;
    else value = Array.isArray(value) ? value[Number(token)] : (value as Fields)[token];
    if (value === undefined) throw new Error(`The state has nothing at ${path}`);
  }
  return value as Json;
}

/** About how many characters a value has as JSON; more than `limit` means: at least that many. */
export function jsonLength(value: Json, limit: number): number {
  let weight = 0;
  const stack: Json[] = [value];
  while (stack.length > 0 && weight <= limit) {
    const item = stack.pop() as Json;
    if (typeof item === "string") weight += item.length + 2;
    else if (typeof item !== "object" || item === null) weight += 8;
    else if (Array.isArray(item)) {
      weight += 2 * item.length + 2;
      for (const each of item.slice(0, limit)) stack.push(each);
    } else {
      const members = Object.entries(item as Fields);
      weight += 4 * members.length + 2;
      for (const [key, each] of members.slice(0, limit)) stack.push(key, each);
    }
  }
  return weight;
}

function previewTextOf(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW)}…`;
}

/** Whether a text, in lower case, is in a value: in its keys or what they hold. */
export function containsText(value: Json, text: string): boolean {
  if (typeof value === "string") return value.toLowerCase().includes(text);
  if (typeof value !== "object" || value === null) return String(value).includes(text);
  if (Array.isArray(value)) return value.some((item) => containsText(item, text));
  return Object.entries(value).some(
    ([key, item]) => key.toLowerCase().includes(text) || containsText(item, text),
  );
}
