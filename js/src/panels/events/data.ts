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

/** Namespaces to choose from; two with the same path are told apart by the end of their ids. */
export function namespaceOptions(rows: readonly NamespaceRow[]): Option[] {
  const labels = rows.map((row) => namespaceLabel(row.namespace));
  const seen = new Map<string, number>();
  for (const label of labels) seen.set(label, (seen.get(label) ?? 0) + 1);
  return rows.map((row, nth) => {
    const label = labels[nth] as string;
    const twin = (seen.get(label) ?? 0) > 1 && row.namespace !== "";
    return { value: row.namespace, label: twin ? `${label} (…${row.namespace.slice(-4)})` : label };
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
