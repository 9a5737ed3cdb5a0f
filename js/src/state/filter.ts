// One filter that narrows every panel at once. `matchesFilter` is pure.

import { isWithinNamespace, nodesOnPath } from "../core/namespace";
import { Observable } from "../core/observable";
import type { Json, Row, Summary } from "../core/schema";
import { namespaceOf, nodesOf } from "./selection";

/** What is shown; an empty list, an open end and an empty text do not narrow. */
export interface Filter {
  /** Each with all that is inside it; "" is the root alone. */
  readonly namespaces: readonly string[];
  /** Names of nodes, with the subgraphs that they run. */
  readonly nodes: readonly string[];
  /** First and last step, each counted in its own graph. */
  readonly steps: readonly [number | null, number | null];
  readonly text: string;
  /** Tags of model calls: they narrow messages, and events to those of such messages. */
  readonly tags: readonly string[];
  /** Rows in which the kernel has found the text: those with a key by it, the others themselves. */
  readonly found?: ReadonlySet<unknown>;
}

export const NO_FILTER: Filter = { namespaces: [], nodes: [], steps: [null, null], text: "", tags: [] };

/** What of a filter narrows, as the kernel has it. */
export function filterToJson({ namespaces, nodes, tags, steps, text }: Filter): Json {
  return {
    ...(nodes.length > 0 && { nodes }),
    ...(tags.length > 0 && { tags }),
    ...(namespaces.length > 0 && { namespaces }),
    ...(steps.some((step) => step !== null) && { steps }),
    ...(text !== "" && { text }),
  };
}

/** The same as a filter. */
export function filterFromJson(narrowing: Json): Filter {
  return { ...NO_FILTER, ...(narrowing as Partial<Filter>) };
}

export function isFiltering(filter: Filter): boolean {
  const { namespaces, nodes, steps, text, tags } = filter;
  return (
    namespaces.length > 0 ||
    nodes.length > 0 ||
    tags.length > 0 ||
    text !== "" ||
    steps.some((s) => s !== null)
  );
}

/**
 * Whether a row passes. A column that its table does not have cannot exclude it. `extra` is text that belongs
 * to the row and does not stand in it, as a message's does.
 */
export function matchesFilter(filter: Filter, row: Row, extra?: () => string): boolean {
  const { namespaces, nodes, steps, text, tags } = filter;
  if (namespaces.length > 0 && !namespaces.some((outer) => isWithinNamespace(namespaceOf(row), outer)))
    return false;
  if (nodes.length > 0 && !belongsToNodes(row, nodes)) return false;
  if (!isInSteps(row.step, steps)) return false;
  if (tags.length > 0 && row.tags !== undefined && !hasTag(row.tags, tags)) return false;
  return text === "" || hasText(row, text.toLowerCase(), extra) || isInSearchResult(filter, row);
}

function belongsToNodes(row: Row, nodes: readonly string[]): boolean {
  if (nodesOf(row).some((node) => nodes.includes(node))) return true;
  return nodesOnPath(namespaceOf(row)).some((node) => nodes.includes(node));
}

function isInSteps(step: Json | undefined, [from, to]: Filter["steps"]): boolean {
  if ((from === null && to === null) || step === undefined) return true;
  if (typeof step !== "number") return false;
  return (from === null || step >= from) && (to === null || step <= to);
}

function hasTag(tags: Json, wanted: readonly string[]): boolean {
  return Array.isArray(tags) && tags.some((tag) => wanted.includes(String(tag)));
}

/** Rows are never changed in place, so what is in one is written out once. */
const WRITTEN = new WeakMap<Row, string>();

function hasText(row: Row, text: string, extra?: () => string): boolean {
  let written = WRITTEN.get(row);
  if (written === undefined) {
    written = JSON.stringify(Object.values(row)).toLowerCase();
    WRITTEN.set(row, written);
  }
  return written.includes(text) || (extra?.().toLowerCase().includes(text) ?? false);
}

/** A row changes and stays the same one where it has a key. */
function isInSearchResult({ found }: Filter, row: Row): boolean {
  if (!found || found.size === 0) return false;
  const key =
    "interrupt_id" in row ? row.number : (row.call_id ?? row.message_id ?? row.checkpoint_id ?? row.task_id);
  return found.has(key ?? row);
}

/** The filter of one run's views, at first the run's own. */
export class FilterStore extends Observable {
  #value: Filter = NO_FILTER;
  #touched = false;

  get(): Filter {
    return this.#value;
  }

  set(value: Filter): void {
    this.#touched = true;
    this.#change(value);
  }

  /** Takes over in which rows the kernel has found a text, if that is still the one to look for. */
  setFound(text: string, rows: readonly unknown[]): void {
    const { text: wanted, found } = this.#value;
    const fresh = rows.filter((row) => !found?.has(row));
    if (text !== wanted || fresh.length === 0) return;
    this.#change({ ...this.#value, found: new Set([...(found ?? []), ...fresh]) });
  }

  clear(): void {
    this.set(NO_FILTER);
  }

  /** Takes over what the run was started with, unless the reader has chosen already. */
  setInitial(first: Summary["filter"]): void {
    if (this.#touched || !first || (first.tags.length === 0 && first.nodes.length === 0)) return;
    this.#touched = true;
    this.#change({ ...NO_FILTER, tags: first.tags, nodes: first.nodes });
  }

  #change(value: Filter): void {
    const { found, ...rest } = value;
    this.#value = found && value.text !== this.#value.text ? rest : value;
    this.notify();
  }
}
