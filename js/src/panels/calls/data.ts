// The calls of models and tools as a tree, in order or sorted, and what a model was given in parts. Pure.

import { modelNameOf } from "../../core/calls";
import { formatCost, formatTokensInAndOut } from "../../core/format";
import { roleOf } from "../../core/messages";
import {
  isFinal,
  isObject,
  type Json,
  type ModelCallRow,
  type Row,
  type ToolCallRow,
} from "../../core/schema";
import { type SortKey, sortedBy } from "../../core/sorting";
import { sum } from "../../core/sums";

/** A call with its place in the tree. */
export type Call = { readonly name: string; readonly depth: number } & (
  | { readonly kind: "model"; readonly row: ModelCallRow }
  | { readonly kind: "tool"; readonly row: ToolCallRow }
);

/**
 * The calls that are shown, in the order in which they began: under the call of a model the tools that it requested,
 * inside the call of a tool what it calls, and under a call its tries. What is above and not shown is passed over.
 */
export function callsOf(
  models: readonly ModelCallRow[],
  tools: readonly ToolCallRow[],
  shows: (row: Row) => boolean,
): readonly Call[] {
  const flat: Call[] = [
    ...models.map((row) => ({ kind: "model" as const, row, name: modelNameOf(row), depth: 0 })),
    ...tools.map((row) => ({ kind: "tool" as const, row, name: row.name ?? "–", depth: 0 })),
  ].filter(({ row }) => shows(row));
  flat.sort((one, other) => startTimeOf(one.row) - startTimeOf(other.row) || 0); // Infinity - Infinity is no number
  const known = new Map(flat.map((call) => [call.row.call_id, call]));
  const inside = new Map<string | null, Call[]>();
  for (const call of flat) {
    const above = parentOf(call, known);
    inside.set(above, [...(inside.get(above) ?? []), call]);
  }
  return inTreeOrder(flat, inside);
}

/** Each before those under it; `flat` names all, so that none is lost where calls name each other. */
function inTreeOrder(flat: readonly Call[], inside: ReadonlyMap<string | null, readonly Call[]>): Call[] {
  const ordered = new Map<string, Call>();
  const add = (top: Call) => {
    const waiting = [{ call: top, depth: 0 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { call, depth } = next;
      const id = call.row.call_id;
      if (ordered.has(id)) continue;
      ordered.set(id, { ...call, depth });
      for (const below of [...(inside.get(id) ?? [])].reverse()) {
        waiting.push({ call: below, depth: depth + 1 });
      }
    }
  };
  for (const call of inside.get(null) ?? []) add(call);
  for (const call of flat) add(call);
  return [...ordered.values()];
}

/** The call that one stands under: what it tries again, who requested it, what it was made in. */
function parentOf(call: Call, known: ReadonlyMap<string, Call>): string | null {
  const { row } = call;
  const above = call.kind === "model" ? [firstTryOf(call.row, known)] : [call.row.requested_by];
  for (const id of [...above, row.parent_call_id]) {
    if (id !== null && id !== row.call_id && known.has(id)) return id;
  }
  return null;
}

/** The first of the tries that one goes back to; null of a first try. */
function firstTryOf(row: ModelCallRow, known: ReadonlyMap<string, Call>): string | null {
  const seen = new Set([row.call_id]);
  let first: string | null = null;
  for (let id = row.retry_of; id !== null && !seen.has(id); ) {
    const before = known.get(id);
    if (before?.kind !== "model") break;
    seen.add(id);
    first = id;
    id = before.row.retry_of;
  }
  return first;
}

/** When a call began, or was over where that is all that is known. */
function startTimeOf({ start_time, end_time }: ModelCallRow | ToolCallRow): number {
  return start_time ?? end_time ?? Number.POSITIVE_INFINITY;
}

/** What a model was given, in parts. */
export interface Prompt {
  /** Messages that are as in the call before of the same agent. */
  readonly before: readonly Json[];
  readonly fresh: readonly Json[];
}

/** The messages that a model was given behind its system prompt. `repeated` of all are as in the call before. */
export function promptOf(input: Json, repeated: number | null): Prompt {
  const messages: readonly Json[] = Array.isArray(input) ? input : [];
  const first = messages.findIndex((message) => !isSystem(message));
  const start = first < 0 ? messages.length : first;
  const end = Math.max(start, repeated ?? 0);
  return { before: messages.slice(start, end), fresh: messages.slice(end) };
}

function isSystem(message: Json): boolean {
  const role = roleOf(message);
  return role === "system" || role === "developer";
}

/** The tools a model could call, by name: providers write it in one of two places. */
export function toolsOf(tools: Json): readonly (readonly [name: string, tool: Json])[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool: Json) => {
    const own = fieldsOf(tool);
    const name = fieldsOf(own.function ?? null).name ?? own.name ?? own.type ?? "–";
    return [String(name), tool] as const;
  });
}

/** The fields of a JSON object; none of anything else. */
export function fieldsOf(value: Json | undefined): { readonly [key: string]: Json | undefined } {
  return isObject(value) ? value : {};
}

/** The calls by a column, none under another. */
export function sortCalls(calls: readonly Call[], key: SortKey<Call>, descending: boolean): readonly Call[] {
  return sortedBy(calls, key, descending).map((call) => ({ ...call, depth: 0 }));
}

/** All tries of what a call tries, itself among them, in order. */
export function triesOf(row: ModelCallRow, rows: readonly ModelCallRow[]): readonly ModelCallRow[] {
  const calls = rows.map((each): [string, Call] => [
    each.call_id,
    { kind: "model", row: each, name: "", depth: 0 },
  ]);
  const known = new Map(calls);
  const first = firstTryOf(row, known) ?? row.call_id;
  const tries = rows.filter((each) => (firstTryOf(each, known) ?? each.call_id) === first);
  return [...tries].sort((one, other) => startTimeOf(one) - startTimeOf(other) || 0);
}

/** What of two calls is not the same: a tool, a parameter. */
export interface NamedDifference {
  readonly name: string;
  readonly before: Json | undefined;
  readonly now: Json | undefined;
}

/** What these calls used and cost, as far as it is known: "1,284 in (512 cached) · 412 out · $0.0123". */
export function usageText(calls: readonly Call[]): string {
  const rows = calls.flatMap((call) => (call.kind === "model" ? call.row : []));
  const used = formatTokensInAndOut({
    input_tokens: sum(rows.map((row) => row.input_tokens)),
    output_tokens: sum(rows.map((row) => row.output_tokens)),
    cache_read_tokens: sum(rows.map((row) => row.cache_read_tokens)),
  });
  const unpriced = rows.filter(({ cost, status }) => cost === null && isFinal(status));
  return [used, formatCost(sum(rows.map(({ cost }) => cost)), unpriced.length)].filter(Boolean).join(" · ");
}

/** What differs between two lists of tools, or two objects of parameters, by name. */
export function differencesOf(before: Json, now: Json): readonly NamedDifference[] {
  const [old, fresh] = [valuesByName(before), valuesByName(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), fresh.get(name)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : { name, before: was, now: is };
  });
}

function valuesByName(value: Json): ReadonlyMap<string, Json | undefined> {
  return new Map(Array.isArray(value) ? toolsOf(value) : Object.entries(fieldsOf(value)));
}
