// What a panel shows of its rows, for the filter and the selection together. Pure.

import type { Row } from "../core/schema";
import { type Filter, isFiltering, matchesFilter, NO_FILTER } from "./filter";
import type { Scope, SelectionKind } from "./selection";

/** A filter by its text alone. */
const { text: _text, ...UNPLACED } = NO_FILTER;

export interface Narrowing {
  /** Whether a row is shown; always, where nothing narrows. */
  readonly shows: (row: Row, extra?: () => string) => boolean;
  /** The same by the filter's text alone, for what stays as context of all else that is shown. */
  readonly showsText: (row: Row, extra?: () => string) => boolean;
  /** Whether a row belongs to what is selected. */
  readonly marks: (row: Row) => boolean;
  readonly active: boolean;
  readonly filter: Filter;
  /** Null where the selection does not narrow. */
  readonly scope: Scope | null;
  /** Shows everything again. */
  readonly clear: () => void;
}

/** `only` is the scope where it narrows; `clear` lets go of that, or of the filter. */
export function narrowingOf(
  filter: Filter,
  scope: Scope | null,
  only: Scope | null,
  clear: () => void,
): Narrowing {
  const filtering = isFiltering(filter);
  return {
    shows: (row, extra) =>
      (!filtering || matchesFilter(filter, row, extra)) && (only === null || only.has(row)),
    showsText: (row, extra) => only === null && matchesFilter({ ...filter, ...UNPLACED }, row, extra),
    marks: (row) => scope?.has(row) ?? false,
    active: filtering || only !== null,
    filter,
    scope: only,
    clear,
  };
}

/** Whether a panel only marks what belongs to a scope: events, the kinds `marked`, and what is of its `own`. */
export function isUnnarrowed(scope: Scope | null, marked: readonly SelectionKind[], own: boolean): boolean {
  const kind = scope?.selection.kind;
  return kind === undefined || kind === "event" || marked.includes(kind) || own;
}
