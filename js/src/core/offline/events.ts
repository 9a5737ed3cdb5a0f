// The events of a saved run that fit a query. Pure; `lg_jupyter/tables/search.py` is the same for the kernel.

import type { Methods } from "../connection/methods";
import { isInside, nodesAround } from "../namespace";
import type { Json, Row } from "../schema";
import { holds } from "./values";

export type EventQuery = Methods["events"]["params"];

/** What the events are looked through with. */
export interface Lookup {
  /** The tags of the call whose message has this id. */
  readonly tagsOf: (messageId: Json) => readonly string[];
  /** The whole payload of an event, or what is known of it. */
  readonly payloadOf: (row: Row) => Json;
}

const NAMES = ["mode", "namespace", "node", "task_id", "message_id", "checkpoint_id"] as const;

/** Whether an event is as it was asked for. */
export function fits(row: Row, query: EventQuery, { tagsOf, payloadOf }: Lookup): boolean {
  const { modes, namespaces, nodes, steps, tasks, messages, tags, text } = query;
  const namespace = row.namespace as string;
  const inNodes = () => [row.node, ...nodesAround(namespace)];
  return (
    isOneOf(row.mode, modes) &&
    isOneOf(row.namespace, namespaces) &&
    isOneOf(row.message_id, messages) &&
    (!nodes || inNodes().some((node) => isOneOf(node, nodes))) &&
    (!tasks || isOneOf(row.task_id, tasks) || tasks.some((task) => isInside(namespace, task))) &&
    (!steps || isInSteps(row.step as number | null, steps)) &&
    (!tags || tagsOf(row.message_id as Json).some((tag) => tags.includes(tag))) &&
    (!text || isIn(row, text.toLowerCase(), payloadOf))
  );
}

function isOneOf(value: Json | undefined, allowed: readonly string[] | undefined): boolean {
  return !allowed || allowed.includes(value as string);
}

function isInSteps(step: number | null, [first, last]: readonly [number | null, number | null]): boolean {
  if (first === null && last === null) return true;
  return step !== null && (first === null || step >= first) && (last === null || step <= last);
}

function isIn(row: Row, text: string, payloadOf: Lookup["payloadOf"]): boolean {
  return (
    NAMES.some(
      (name) => typeof row[name] === "string" && (row[name] as string).toLowerCase().includes(text),
    ) || holds(payloadOf(row), text)
  );
}
