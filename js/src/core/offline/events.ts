// The events of a saved run that fit a query. Pure; `lg_jupyter/tables/search.py` is the same for the kernel.

import type { Methods } from "../connection/methods";
import { isInsideTask, nodesOnPath } from "../namespace";
import type { Json, Row } from "../schema";
import { containsText } from "./values";

export type EventQuery = Methods["events"]["params"];

/** What the events are looked through with. */
export interface EventLookup {
  /** The tags of the call whose message has this id. */
  readonly tagsOf: (messageId: Json) => readonly string[];
  /** The whole payload of an event, or what is known of it. */
  readonly payloadOf: (row: Row) => Json;
}

const NAMES = ["mode", "namespace", "node", "task_id", "message_id", "checkpoint_id"] as const;

/** Whether an event is as it was asked for. */
export function matchesQuery(row: Row, query: EventQuery, { tagsOf, payloadOf }: EventLookup): boolean {
  const { modes, namespaces, nodes, steps, tasks, messages, tags, text } = query;
  const namespace = row.namespace as string;
  const inNodes = () => [row.node, ...nodesOnPath(namespace)];
  return (
    isOneOf(row.mode, modes) &&
    isOneOf(row.namespace, namespaces) &&
    isOneOf(row.message_id, messages) &&
    (!nodes || inNodes().some((node) => isOneOf(node, nodes))) &&
    (!tasks || isOneOf(row.task_id, tasks) || tasks.some((task) => isInsideTask(namespace, task))) &&
    (!steps || isInSteps(row.step as number | null, steps)) &&
    (!tags || tagsOf(row.message_id as Json).some((tag) => tags.includes(tag))) &&
    (!text || isTextInEvent(row, text.toLowerCase(), payloadOf))
  );
}

function isOneOf(value: Json | undefined, allowed: readonly string[] | undefined): boolean {
  return !allowed || allowed.includes(value as string);
}

function isInSteps(step: number | null, [first, last]: readonly [number | null, number | null]): boolean {
  if (first === null && last === null) return true;
  return step !== null && (first === null || step >= first) && (last === null || step <= last);
}

function isTextInEvent(row: Row, text: string, payloadOf: EventLookup["payloadOf"]): boolean {
  return (
    NAMES.some(
      (name) => typeof row[name] === "string" && (row[name] as string).toLowerCase().includes(text),
    ) || containsText(payloadOf(row), text)
  );
}
