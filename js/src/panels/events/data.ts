// Reads: the counts, and events by ranges. What the list is narrowed to.

import type { Methods } from "../../core/connection/methods";
import { previewValue } from "../../core/format";
import { isWithinNamespace } from "../../core/namespace";
import type { EventRow } from "../../core/schema";
import type { Filter } from "../../state/filter";
import type { Scope } from "../../state/selection";

/** An event as a list shows it: `text` is its data in words, from kernels that have them. */
export type ListedEvent = EventRow & { readonly text?: string };

/** What a row says of its event: words, or the beginning of its JSON. */
export function eventText({ text, data }: ListedEvent): string {
  return previewValue(text ?? data);
}

export type EventQuery = Omit<Methods["events"]["params"], "offset" | "limit">;

/**
 * What an `events` call asks for: the modes chosen here, the filter of all panels, and what is selected. What
 * does not narrow is left out. `known` are the namespaces seen so far: those requested include what is inside.
 */
export function eventQueryOf(
  modes: readonly string[],
  filter: Filter,
  scope: Scope | null,
  known: readonly string[],
): EventQuery {
  const inside = (outer: readonly string[]) =>
    known.filter((namespace) => outer.some((each) => isWithinNamespace(namespace, each)));
  const namespaces = intersection(
    filter.namespaces.length > 0 ? inside(filter.namespaces) : undefined,
    scope?.events.namespaces,
  );
  const nodes = intersection(filter.nodes.length > 0 ? filter.nodes : undefined, scope?.events.nodes);
  const { tasks, messages } = scope?.events ?? {};
  return {
    ...(modes.length > 0 ? { modes } : {}),
    ...(namespaces ? { namespaces } : {}),
    ...(nodes ? { nodes } : {}),
    ...(filter.steps.some((step) => step !== null) ? { steps: filter.steps } : {}),
    ...(tasks ? { tasks } : {}),
    ...(messages ? { messages } : {}),
    ...(filter.tags.length > 0 ? { tags: filter.tags } : {}),
    ...(filter.text ? { text: filter.text } : {}),
  };
}

function intersection(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  return one && other ? one.filter((each) => other.includes(each)) : (one ?? other);
}

export function hasFilters(query: EventQuery): boolean {
  return Object.keys(query).length > 0;
}

/** The modes to choose from: those requested, those seen, in that order. */
export function modeOptions(requested: readonly string[], seen: Iterable<string>): string[] {
  return [...new Set([...requested, ...seen])];
}

/** An event without its data: what stands beside it when it is open. */
export function envelopeOf(row: EventRow): [string, string | number][] {
  const columns = [
    "namespace",
    "node",
    "step",
    "task_id",
    "message_id",
    "checkpoint_id",
    "run_id",
    "thread_id",
  ] as const;
  return columns.flatMap((column) => {
    const value = row[column];
    return value === null || value === undefined || value === ""
      ? []
      : [[column, value] as [string, string | number]];
  });
}
