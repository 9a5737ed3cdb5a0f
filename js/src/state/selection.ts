// What the reader has selected, shared by all panels of a run: a task clicked in one of them is what the
// others show. `scopeOf` says what belongs to it; it is pure.

import {
  isInsideTask,
  isWithinNamespace,
  namespaceLabel,
  nodesOnPath,
  namespaceSegments,
} from "../core/namespace";
import { Observable } from "../core/observable";
import type { Json, Row } from "../core/schema";
import type { Store } from "../core/store";

export type SelectionKind =
  | "task"
  | "message"
  | "call"
  | "checkpoint"
  | "namespace"
  | "node"
  | "step"
  | "event";

/**
 * What is selected. `id` is the key of a task, a message, a call, a checkpoint or a namespace, the `seq` of an event, a
 * step of the root graph; of a node it is its name, or the names on the way to it joined by ":".
 */
export type Selection = { readonly kind: SelectionKind; readonly id: string | number } | null;

export class SelectionStore extends Observable {
  #value: Selection = null;
  #narrows = true;
  /** The panel in which it was selected: that one goes on to show what is around it. */
  origin: string | null = null;

  get(): Selection {
    return this.#value;
  }

  set(value: Selection, origin: string | null = null): void {
    if (isSameSelection(value, this.#value)) return;
    this.#value = value;
    this.origin = origin;
    this.notify();
  }

  /** Whether panels show only what belongs to the selection, or everything with that marked. */
  get narrows(): boolean {
    return this.#narrows;
  }

  set narrows(narrows: boolean) {
    this.#narrows = narrows;
    this.notify();
  }

  /** Selects this, or nothing if it was selected. */
  toggle(value: Selection, origin: string | null = null): void {
    this.set(isSameSelection(value, this.#value) ? null : value, origin);
  }
}

function isSameSelection(one: Selection, other: Selection): boolean {
  return one?.kind === other?.kind && one?.id === other?.id;
}

/** What a selection covers. */
export interface Scope {
  readonly selection: NonNullable<Selection>;
  /** In the reader's words: "task researcher". */
  readonly label: string;
  /** Whether a row of any table belongs to it. */
  readonly has: (row: Row) => boolean;
  /** The same as parameters of an `events` call. */
  readonly events: EventScope;
}

export interface EventScope {
  readonly tasks?: readonly string[];
  readonly messages?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly nodes?: readonly string[];
}

type Tables = Pick<Store, "tables">["tables"];

/** What belongs to the selection; null where nothing is selected, or where it is not known any more. */
export function scopeOf(selection: Selection, tables: Tables): Scope | null {
  if (selection === null) return null;
  const { kind, id } = selection;
  switch (kind) {
    case "task":
      return taskScope(selection, String(id), tables);
    case "message":
      return messageScope(selection, String(id), tables);
    case "call":
      return callScope(selection, String(id), tables);
    case "checkpoint": // opens it, and narrows nothing
      return null;
    case "namespace":
      return namespaceScope(selection, String(id), tables);
    case "node":
      return nodeScope(selection, String(id));
    case "step":
      return stepScope(selection, Number(id), tables);
    case "event":
      return { selection, label: `event ${id}`, has: (row) => row.seq === id, events: {} };
  }
}

function taskScope(selection: NonNullable<Selection>, id: string, tables: Tables): Scope | null {
  const task = tables.tasks.get(id);
  if (!task) return null;
  const has = (row: Row) => {
    if (row.task_id === id || isInsideTask(namespaceOf(row), id)) return true;
    if (row.task_id != null || row.namespace !== task.namespace) return false;
    // Rows that know no task: those of the same node in the same step.
    if (row.step != null && row.step !== task.step) return false;
    return nodesOf(row).includes(task.node ?? "");
  };
  const step = task.step === null ? "" : ` · step ${task.step}`;
  return { selection, label: `task ${task.node ?? id}${step}`, has, events: { tasks: [id] } };
}

function messageScope(selection: NonNullable<Selection>, id: string, tables: Tables): Scope | null {
  const message = tables.messages.get(id);
  if (!message) return null;
  const task = message.task_id === null ? null : taskScope(selection, message.task_id, tables);
  const has = (row: Row) =>
    row.message_id === undefined ? (task?.has(row) ?? false) : row.message_id === id;
  return { selection, label: `message of ${message.speaker}`, has, events: { messages: [id] } };
}

/** A call and, of what knows no calls, what belongs to its message or, where none came of it, to its task. */
function callScope(selection: NonNullable<Selection>, id: string, tables: Tables): Scope | null {
  const call = tables.model_calls.get(id) ?? tables.tool_calls.get(id);
  if (!call) return null;
  const { message_id, task_id } = call;
  const around =
    (message_id === null ? null : messageScope(selection, message_id, tables)) ??
    (task_id === null ? null : taskScope(selection, task_id, tables));
  const has = (row: Row) => (row.call_id === undefined ? (around?.has(row) ?? false) : row.call_id === id);
  const name = "requested_by" in call ? call.name : (call as { model?: Json }).model;
  return { selection, label: `call of ${name ?? id}`, has, events: around?.events ?? {} };
}

function namespaceScope(selection: NonNullable<Selection>, id: string, tables: Tables): Scope {
  const has = (row: Row) => isWithinNamespace(namespaceOf(row), id);
  const namespaces = tables.namespaces.rows.map(namespaceOf).filter((each) => isWithinNamespace(each, id));
  return { selection, label: `subgraph ${namespaceLabel(id)}`, has, events: { namespaces } };
}

function nodeScope(selection: NonNullable<Selection>, id: string): Scope {
  const plain = !id.includes(":");
  const has = (row: Row) => {
    const path = nodesOnPath(namespaceOf(row));
    if (plain && path.includes(id)) return true;
    return nodesOf(row).some((node) => {
      const whole = [...path, node].join(":");
      return whole === id || whole.startsWith(`${id}:`) || (plain && node === id);
    });
  };
  const name = id.split(":").at(-1) ?? id;
  return { selection, label: `node ${id.split(":").join(" › ")}`, has, events: { nodes: [name] } };
}

function stepScope(selection: NonNullable<Selection>, step: number, tables: Tables): Scope {
  const has = (row: Row) => {
    const [outer] = namespaceSegments(namespaceOf(row));
    return (outer ? tables.tasks.get(outer.taskId)?.step : row.step) === step;
  };
  const tasks = tables.tasks.rows.filter((row) => row.namespace === "" && row.step === step);
  return {
    selection,
    label: `step ${step}`,
    has,
    events: { tasks: tasks.map(({ task_id }) => task_id) },
  };
}

export function namespaceOf(row: Row): string {
  return typeof row.namespace === "string" ? row.namespace : "";
}

/** The nodes a row is about: its own, or those that wrote it. */
export function nodesOf(row: Row): readonly string[] {
  if (typeof row.node === "string") return [row.node];
  return Array.isArray(row.nodes) ? row.nodes.map((node: Json) => String(node)) : [];
}
