// Reads: the counts, and events by ranges. What the list can be narrowed to.

import { namespaceLabel } from "../../format";
import type { EventRow, NamespaceRow } from "../../schema";

export interface Filter {
  readonly modes: readonly string[];
  readonly namespaces: readonly string[];
  readonly text: string;
}

export const NO_FILTER: Filter = { modes: [], namespaces: [], text: "" };

export function isFiltering({ modes, namespaces, text }: Filter): boolean {
  return modes.length > 0 || namespaces.length > 0 || text !== "";
}

/** The filter as parameters of an `events` call: what does not narrow is left out. */
export function parameters({ modes, namespaces, text }: Filter): {
  modes?: readonly string[];
  namespaces?: readonly string[];
  text?: string;
} {
  return {
    ...(modes.length > 0 ? { modes } : {}),
    ...(namespaces.length > 0 ? { namespaces } : {}),
    ...(text ? { text } : {}),
  };
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** Namespaces to choose from; those with the same path are numbered as they appeared. */
export function namespaceOptions(rows: readonly NamespaceRow[]): Option[] {
  const labels = rows.map((row) => namespaceLabel(row.namespace));
  const total = new Map<string, number>();
  for (const label of labels) total.set(label, (total.get(label) ?? 0) + 1);
  const seen = new Map<string, number>();
  return rows.map(({ namespace }, nth) => {
    const label = labels[nth] as string;
    const number = (seen.get(label) ?? 0) + 1;
    seen.set(label, number);
    return { value: namespace, label: (total.get(label) ?? 0) > 1 ? `${label} (${number})` : label };
  });
}

/** The modes to choose from: those asked for, those seen, in that order. */
export function modeOptions(asked: readonly string[], seen: Iterable<string>): string[] {
  return [...new Set([...asked, ...seen])];
}

/** An event without its data: what stands beside it when it is open. */
export function envelope(row: EventRow): [string, string | number][] {
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
