// What a comparison tells, and what of it differs. Pure.

import { type DiffPart, diffWords } from "../../core/diff";
import type { Json, Row, StateDiffRow, Status } from "../../core/schema";
import type { Store, Topic } from "../../core/store";

/** The tables; none has keys, for nothing changes. */
export const KEYS = {
  runs: null,
  state_diffs: null,
  unchanged: null,
  messages: null,
  tool_calls: null,
  path: null,
  tasks: null,
} as const;

export type Side = "a" | "b";
export const SIDES = ["a", "b"] as const satisfies readonly Side[];

export interface RunRow extends Row {
  run: Side;
  run_id: string;
  name: string;
  /** What it was given, in a few words. */
  title?: string;
  status: Status;
  error: string | null;
  latency: number | null;
  steps: number | null;
  tasks: number;
  messages: number;
  tool_calls: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost: number | null;
}

/** Where something is: the namespace without ids, the node, and the how-manieth of its kind there, from 0 on. */
export interface Occurrence extends Row {
  namespace: string;
  node: string | null;
  occurrence: number;
}

export interface MessagePair extends Occurrence {
  role: string;
  text_a: Json;
  text_b: Json;
  same: boolean;
}

export interface CallPair extends Occurrence {
  name: string | null;
  args_a: Json;
  args_b: Json;
  result_a: Json;
  result_b: Json;
  same: boolean;
}

export interface TaskPair extends Occurrence {
  step_a: number | null;
  step_b: number | null;
  status_a: Status | null;
  status_b: Status | null;
  latency_a: number | null;
  latency_b: number | null;
  latency_change: number | null;
  input_tokens_a: number | null;
  input_tokens_b: number | null;
  output_tokens_a: number | null;
  output_tokens_b: number | null;
}

export interface PathRow extends Row {
  in: "both" | Side;
  namespace: string;
  node: string | null;
  position_a: number | null;
  position_b: number | null;
  step_a: number | null;
  step_b: number | null;
}

export interface Unchanged extends Row {
  namespace: string;
  key: string;
  value: Json;
}

export interface Compared {
  readonly runs: readonly RunRow[];
  readonly state_diffs: readonly StateDiffRow[];
  readonly unchanged: readonly Unchanged[];
  readonly messages: readonly MessagePair[];
  readonly tool_calls: readonly CallPair[];
  readonly path: readonly PathRow[];
  readonly tasks: readonly TaskPair[];
}

export const TOPICS = Object.keys(KEYS) as unknown as readonly Topic[];

export function comparedOf({ tables }: Store): Compared {
  const named = tables as unknown as Readonly<Record<string, { readonly rows: readonly Row[] }>>;
  return Object.fromEntries(
    Object.keys(KEYS).map((name) => [name, named[name]?.rows ?? []]),
  ) as unknown as Compared;
}

/** A row with its place in its table, by which its cells are fetched. */
export interface IndexedRow<R> {
  readonly row: R;
  readonly index: number;
}

/** The rows of a table, or those of them that differ. */
export function differingRows<R>(
  rows: readonly R[],
  differs: (row: R) => boolean,
  all: boolean,
): readonly IndexedRow<R>[] {
  const placed = rows.map((row, index) => ({ row, index }));
  return all ? placed : placed.filter(({ row }) => differs(row));
}

/** Executions of a node that only one run has, or that ended otherwise. Times differ between any two runs. */
export function taskDiffers({ status_a, status_b }: TaskPair): boolean {
  return status_a !== status_b;
}

/** One key of the state of one namespace: what differs in it, or its value in both. */
export type StateKey = { readonly namespace: string; readonly key: string } & (
  | { readonly changes: readonly IndexedRow<StateDiffRow>[] }
  | { readonly same: IndexedRow<Unchanged> }
);

export function stateKeysOf({ state_diffs, unchanged }: Compared, all: boolean): readonly StateKey[] {
  const keys = new Map<string, { namespace: string; key: string; changes: IndexedRow<StateDiffRow>[] }>();
  state_diffs.forEach((row, index) => {
    const { namespace, key } = row;
    const id = `${namespace}\n${key ?? ""}`;
    const known = keys.get(id) ?? { namespace, key: key ?? "", changes: [] };
    known.changes.push({ row, index });
    keys.set(id, known);
  });
  const differ = [...keys.values()];
  if (!all) return differ;
  return [
    ...differ,
    ...unchanged.map((row, index) => ({ namespace: row.namespace, key: row.key, same: { row, index } })),
  ];
}

/** A text of each side as parts; what only the other has is left out. Null where they share too little. */
export function diffBySide(a: string, b: string): Readonly<Record<Side, readonly DiffPart[]>> | null {
  const parts = diffWords(a, b);
  if (!parts) return null;
  return {
    a: parts.filter(({ kind }) => kind !== "add"),
    b: parts.filter(({ kind }) => kind !== "remove"),
  };
}

/** How b differs from a, with its sign: "+3", "−0.4"; "" where it does not, or where one is unknown. */
export function differenceText(a: number | null, b: number | null, write: (value: number) => string): string {
  if (a === null || b === null || a === b) return "";
  const written = write(Math.abs(b - a));
  if (written.startsWith("<")) return ""; // too little to be shown
  return `${b > a ? "+" : "−"}${written}`;
}
