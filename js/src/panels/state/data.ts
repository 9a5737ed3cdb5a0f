// Reads: state_diffs. What each step changed, key by key, in a form that can be drawn.

import { type DiffPart, diffWords } from "../../core/diff";
import { type Message, roleOf } from "../../core/messages";
import { pointerTokens } from "../../core/pointer";
import { isBigCell, type Json, type StateDiffRow } from "../../core/schema";
import { nodesOf } from "../../state/selection";
import { CHANGE } from "../../texts/state";

/** The kinds of change, as a sign and a word. */
export const OPERATION_SIGNS: Readonly<Record<string, { readonly sign: string; readonly word: string }>> = {
  add: { sign: "+", word: CHANGE.added },
  remove: { sign: "−", word: CHANGE.removed },
  change: { sign: "~", word: CHANGE.changed },
  append: { sign: "+", word: CHANGE.appended },
  write: { sign: "✎", word: CHANGE.written },
};

/** A change with its place in the table, by which its cells are fetched. */
export interface StateChange {
  readonly row: StateDiffRow;
  readonly index: number;
}

/** All changes under one key of the state. */
export interface KeyChanges {
  readonly key: string;
  readonly changes: readonly StateChange[];
}

/** What one step changed in one namespace. */
export interface StepChanges {
  /** Tells it from all others. */
  readonly id: string;
  readonly namespace: string;
  readonly step: number | null;
  /** Who wrote, in order; the input is written by `__start__`. */
  readonly nodes: readonly string[];
  /** The last change: the state as of it is the state after the step. */
  readonly seq: number;
  readonly timestamp: number;
  readonly keys: readonly KeyChanges[];
  /** Keys known of this namespace that this step left alone. */
  readonly unchanged: readonly string[];
}

interface Building {
  readonly id: string;
  readonly namespace: string;
  readonly step: number | null;
  readonly nodes: Set<string>;
  readonly keys: Map<string, StateChange[]>;
  readonly before: readonly string[];
  last: StateDiffRow;
}

/** The changes by step and namespace, in the order in which the steps began to change something. */
export function groupByStep(
  rows: readonly StateDiffRow[],
  shows: (row: StateDiffRow) => boolean = () => true,
): StepChanges[] {
  const groups = new Map<string, Building>();
  const known = new Map<string, Set<string>>();
  rows.forEach((row, index) => {
    const id = `${row.namespace}\n${row.step ?? `@${row.seq}`}`;
    const keys = known.get(row.namespace) ?? new Set<string>();
    known.set(row.namespace, keys);
    let group = groups.get(id);
    if (!group) {
      const { namespace, step } = row;
      group = { id, namespace, step, nodes: new Set(), keys: new Map(), before: [...keys], last: row };
      groups.set(id, group);
    }
    const key = keyOf(row);
    if (row.op === "remove" && depthOf(row) === 1) keys.delete(key);
    else keys.add(key);
    if (!shows(row)) return;
    for (const node of nodesOf(row)) group.nodes.add(node);
    const changes = group.keys.get(key);
    if (changes) changes.push({ row, index });
    else group.keys.set(key, [{ row, index }]);
    group.last = row;
  });
  return [...groups.values()].filter(({ keys }) => keys.size > 0).map(finishStep);
}

function finishStep({ id, namespace, step, nodes, keys, before, last }: Building): StepChanges {
  return {
    id,
    namespace,
    step,
    nodes: [...nodes],
    seq: last.seq,
    timestamp: last.timestamp,
    keys: [...keys].map(([key, changes]) => ({ key, changes })),
    unchanged: before.filter((key) => key !== "" && !keys.has(key)),
  };
}

/** The key of the state that a change is under; "" where the state has no keys. */
function keyOf({ key, path }: StateDiffRow): string {
  return key ?? pointerTokens(path)[0] ?? "";
}

function depthOf({ path }: StateDiffRow): number {
  return pointerTokens(path).length;
}

/** The place within its key where a change is deeper: "name › 0"; "" for the key itself. */
export function placeWithinKey(row: StateDiffRow): string {
  const segments = pointerTokens(row.path);
  if (segments[0] === row.key) segments.shift();
  return segments.join(" › ");
}

/** Whether nothing but writes is known: then nobody can say what they changed. */
export function hasOnlyWrites({ keys }: StepChanges): boolean {
  return keys.every(({ changes }) => changes.every(({ row }) => row.op === "write"));
}

// ---------------------------------------------------------------------------------------------
// One change

/** A message in the state, as little of it as a small card shows. */
export interface StateMessage {
  readonly id: string;
  readonly role: string;
  readonly name: string | null;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly args: Json }[];
  readonly value: Json;
}

/** How a change is drawn. `sign` is of what came or went: added, removed, or written over nobody knows what. */
export type ChangeDrawing =
  | { readonly kind: "messages"; readonly sign: Sign; readonly messages: readonly StateMessage[] }
  | { readonly kind: "items"; readonly sign: Sign; readonly items: readonly Json[] }
  | { readonly kind: "value"; readonly sign: Sign; readonly value: Json }
  | { readonly kind: "words"; readonly parts: readonly DiffPart[] }
  | { readonly kind: "number"; readonly before: number; readonly after: number; readonly delta: string }
  | { readonly kind: "replaced"; readonly before: Json; readonly after: Json }
  /** Too big to have been pushed: to be fetched, then drawn as one of the others. */
  | { readonly kind: "big"; readonly before: Json; readonly after: Json };

export type Sign = "add" | "remove" | "write";

/** How a change is drawn, given its cells as far as they are known. */
export function drawingOfChange(op: string, before: Json, after: Json): ChangeDrawing {
  if (isBigCell(before) || isBigCell(after)) return { kind: "big", before, after };
  if (op === "remove") return drawingOfValue("remove", before);
  if (op === "write") return drawingOfValue("write", after);
  if (op === "append" && Array.isArray(after)) return drawingOfValue("add", after, true);
  if (op === "add" || op === "append") return drawingOfValue("add", after);
  return drawingOfBoth(before, after);
}

function drawingOfValue(sign: Sign, value: Json, listed = false): ChangeDrawing {
  const messages = messagesOf(value);
  if (messages) return { kind: "messages", sign, messages };
  if (listed && Array.isArray(value)) return { kind: "items", sign, items: value };
  return { kind: "value", sign, value };
}

function drawingOfBoth(before: Json, after: Json): ChangeDrawing {
  if (typeof before === "number" && typeof after === "number") {
    return { kind: "number", before, after, delta: deltaText(before, after) };
  }
  if (typeof before === "string" && typeof after === "string") {
    const parts = diffWords(before, after);
    if (parts) return { kind: "words", parts };
  }
  return { kind: "replaced", before, after };
}

/** 3 → "+3", -0.1 → "−0.1": without the noise of binary fractions. */
export function deltaText(before: number, after: number): string {
  const delta = Number((after - before).toPrecision(12));
  return `${delta < 0 ? "−" : "+"}${Math.abs(delta).toLocaleString("en-US", { maximumFractionDigits: 12 })}`;
}

/** The messages that a value is or lists; null if it is anything else. */
export function messagesOf(value: Json): readonly StateMessage[] | null {
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) return null;
  const messages: StateMessage[] = [];
  for (const item of items as readonly Json[]) {
    const message = messageOf(item);
    if (!message) return null;
    messages.push(message);
  }
  return messages;
}

function messageOf(value: Json): StateMessage | null {
  const role = roleOf(value);
  if (role === null) return null;
  const fields = value as Message;
  const calls = Array.isArray(fields.tool_calls) ? (fields.tool_calls as readonly Json[]) : [];
  return {
    id: typeof fields.id === "string" ? fields.id : "",
    role,
    name: typeof fields.name === "string" && fields.name !== "" ? fields.name : null,
    text: textOf(fields.content ?? null),
    calls: calls.flatMap((call) => {
      const { name, args } = (call ?? {}) as Readonly<Record<string, Json | undefined>>;
      return typeof name === "string" ? [{ name, args: args ?? null }] : [];
    }),
    value,
  };
}

/** What a message's content says; blocks that are no text by their type. */
function textOf(content: Json): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === null ? "" : JSON.stringify(content);
  const texts = content.map((block: Json) => {
    if (typeof block === "string") return block;
    const { type, text } = (block ?? {}) as Readonly<Record<string, Json | undefined>>;
    if (typeof text === "string") return text;
    return type === "reasoning" || type === "thinking" || type === "tool_use" || type === "tool_call"
      ? ""
      : `[${String(type ?? "content")}]`;
  });
  return texts.filter(Boolean).join("\n");
}
