// What the filter can be set to: the nodes, namespaces and tags that a run has shown so far. Pure.

import { formatInteger } from "../core/format";
import { namespaceLabel } from "../core/namespace";
import type { MessageRow, NamespaceRow, Row } from "../core/schema";
import { nodesOf } from "./selection";

/** One thing to choose, which may stand for several. */
export interface FilterOption {
  readonly label: string;
  readonly values: readonly string[];
  /** A part of the option above it. */
  readonly inner?: boolean;
}

/** So many namespaces of one path are offered one by one, too. */
const FEW = 12;

/** Namespaces to choose from; those of one path together, and, where they are few, numbered as they appeared. */
export function namespaceOptions(rows: readonly NamespaceRow[]): FilterOption[] {
  const groups = new Map<string, string[]>();
  for (const { namespace } of rows) {
    const label = namespaceLabel(namespace);
    groups.set(label, [...(groups.get(label) ?? []), namespace]);
  }
  return [...groups].flatMap(([label, values]) => {
    if (values.length === 1) return [{ label, values }];
    const whole = { label: `${label} (all ${formatInteger(values.length)})`, values };
    if (values.length > FEW) return [whole];
    const parts = values.map((value, nth) => ({
      label: `${label} (${nth + 1})`,
      values: [value],
      inner: true,
    }));
    return [whole, ...parts];
  });
}

/** Nodes to choose from, in order of appearance. */
export function nodeOptions(...tables: readonly (readonly Row[])[]): FilterOption[] {
  const names = new Set<string>();
  for (const rows of tables) for (const row of rows) for (const node of nodesOf(row)) names.add(node);
  return [...names].map(singleOption);
}

/** Tags of model calls to choose from. */
export function tagOptions(rows: readonly MessageRow[], chosen: readonly string[]): FilterOption[] {
  const tags = new Set(chosen);
  for (const { tags: each } of rows) if (Array.isArray(each)) for (const tag of each) tags.add(String(tag));
  return [...tags].map(singleOption);
}

export function singleOption(value: string): FilterOption {
  return { label: value, values: [value] };
}
