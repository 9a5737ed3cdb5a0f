// The states in which two saved runs ended, and what makes one of the other. Pure.

import { isMessageLike } from "../../core/messages";
import type { ViewData } from "../../core/offline/data";
import { PooledValues } from "../../core/offline/values";
import { isObject, type Json, type Row } from "../../core/schema";
import type { Unchanged } from "../../widgets/compare/data";
import { withoutTaskIds } from "./align";
import { isSameJson, stateChanges } from "./jsonDiff";

export interface FinalStates {
  /** By namespace, without the ids of tasks. */
  readonly states: ReadonlyMap<string, Json>;
  /** How many there was no room for. */
  readonly omitted: number;
}

/** The newest state of each namespace. Of several that differ in ids of tasks alone it is that which began last. */
export function finalStatesOf(data: ViewData): FinalStates {
  const values = new PooledValues(data);
  const newest = new Map<string, number | null>(); // by whole namespace, in the order in which they began
  for (const [namespace, , , , , number] of [...(data.states ?? [])].reverse()) newest.set(namespace, number);
  const numbers = new Map<string, number | null>();
  for (const [namespace, number] of newest) {
    const name = withoutTaskIds(namespace);
    if (!newest.has(name) || namespace === name) numbers.set(name, number);
  }
  const known = [...numbers].flatMap(([name, number]) =>
    number === null ? [] : [[name, withoutGeneratedIds(values.valueAt(number))] as const],
  );
  return { states: new Map(known), omitted: numbers.size - known.length };
}

/** A state without the ids that every run gives anew to its messages and their calls of tools. */
function withoutGeneratedIds(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutGeneratedIds);
  if (!isObject(value)) return value;
  const isCall = "name" in value && "args" in value;
  const omitted = isMessageLike(value) ? ["id", "tool_call_id"] : isCall ? ["id"] : [];
  return Object.fromEntries(
    Object.entries(value as { readonly [key: string]: Json }).flatMap(([key, item]) =>
      omitted.includes(key) ? [] : [[key, withoutGeneratedIds(item)]],
    ),
  );
}

/** What makes the second end state of the first, and what is the same in both. */
export function diffFinalStates(
  a: FinalStates["states"],
  b: FinalStates["states"],
): { readonly changes: readonly Row[]; readonly unchanged: readonly Unchanged[] } {
  const changes: Row[] = [];
  const unchanged: Unchanged[] = [];
  for (const [namespace, before] of a) {
    const after = b.get(namespace);
    if (after === undefined) continue;
    for (const change of stateChanges(before, after)) {
      changes.push({ namespace, ...change, seq: changes.length, timestamp: 0, step: null, nodes: [] });
    }
    if (!isObject(before) || !isObject(after)) continue;
    for (const [key, value] of Object.entries(before as { readonly [key: string]: Json })) {
      const other = (after as { readonly [key: string]: Json })[key];
      if (Object.hasOwn(after, key) && isSameJson(value, other as Json))
        unchanged.push({ namespace, key, value });
    }
  }
  return { changes, unchanged };
}
