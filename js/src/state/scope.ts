// The selection as panels use it: what belongs to it, and whether to show only that.

import { useCallback, useMemo } from "preact/hooks";
import { useView } from "../hooks/context";
import { type Filter, NO_FILTER, isFiltering, matches, useFilter } from "./filter";
import type { Row } from "../core/schema";
import { type Scope, type SelectionKind, scopeOf, useNarrows, useSelection } from "./selection";

export interface Scoping {
  readonly scope: Scope | null;
  /** Panels show only what belongs to the selection. */
  readonly narrows: boolean;
  readonly setNarrows: (narrows: boolean) => void;
  readonly clear: () => void;
}

export function useScope(): Scoping {
  const { store } = useView();
  const [selected, select] = useSelection();
  const [narrows, setNarrows] = useNarrows();
  const scope = useMemo(() => scopeOf(selected, store.tables), [selected, store]);
  const clear = useCallback(() => select(null), [select]);
  return { scope, narrows, setNarrows, clear };
}

/** A filter by its text alone. */
const { text: _text, ...UNPLACED } = NO_FILTER;

/** What a panel shows of its rows, for the filter and the selection together. */
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

/**
 * What the panel called `panel` shows. What was selected in it, an event, and the kinds named in `marked`,
 * do not narrow it: there it is only marked what belongs to them.
 */
export function useNarrowing(panel: string, marked: readonly SelectionKind[] = []): Narrowing {
  const { scope, narrows, clear } = useScope();
  const [filter] = useFilter();
  const { filter: store, selection } = useView();
  const kind = scope?.selection.kind;
  const free = kind === undefined || kind === "event" || marked.includes(kind) || selection.origin === panel;
  const only = narrows && !free ? scope : null;
  return useMemo(() => {
    const filtering = isFiltering(filter);
    return {
      shows: (row: Row, extra?: () => string) =>
        (!filtering || matches(filter, row, extra)) && (only === null || only.has(row)),
      showsText: (row: Row, extra?: () => string) =>
        only === null && matches({ ...filter, ...UNPLACED }, row, extra),
      marks: (row: Row) => scope?.has(row) ?? false,
      active: filtering || only !== null,
      filter,
      scope: only,
      clear: () => {
        if (only) clear();
        else store.clear();
      },
    };
  }, [filter, scope, only, store, clear]);
}
