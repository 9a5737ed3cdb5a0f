// The filter and the selection as components use them.

import { useCallback, useMemo } from "preact/hooks";
import type { Filter } from "../state/filter";
import { isUnnarrowed, type Narrowing, narrowingOf } from "../state/narrowing";
import { type Scope, type Selection, type SelectionKind, scopeOf } from "../state/selection";
import { usePanel, useView } from "./context";
import { useObservable } from "./observable";

/** The filter, and how to change it. */
export function useFilter(): readonly [Filter, (next: Filter) => void] {
  const { filter } = useView();
  const value = useObservable(filter, () => filter.get());
  const set = useMemo(() => filter.set.bind(filter), [filter]);
  return [value, set];
}

/** How to select from a panel: `toggle` lets go of what is selected already. */
export interface SelectActions {
  readonly set: (next: Selection) => void;
  readonly toggle: (next: Selection) => void;
}

export function useSelectActions(): SelectActions {
  const { selection } = useView();
  const { id } = usePanel();
  return useMemo(
    () => ({
      set: (next) => selection.set(next, id),
      toggle: (next) => selection.toggle(next, id),
    }),
    [selection, id],
  );
}

/** The selection, and how to change it. */
export function useSelection(): readonly [Selection, (next: Selection) => void] {
  const { selection } = useView();
  const value = useObservable(selection, () => selection.get());
  return [value, useSelectActions().set];
}

/** What was selected in another panel. */
export function useSelectedElsewhere(): Selection {
  const { selection } = useView();
  const { id } = usePanel();
  const [value] = useSelection();
  return selection.origin === id ? null : value;
}

export interface SelectionScope {
  readonly scope: Scope | null;
  /** Panels show only what belongs to the selection. */
  readonly narrows: boolean;
  readonly setNarrows: (narrows: boolean) => void;
  readonly clear: () => void;
}

export function useSelectionScope(): SelectionScope {
  const { store, selection } = useView();
  const [selected, select] = useSelection();
  const narrows = useObservable(selection, () => selection.narrows);
  const scope = useMemo(() => scopeOf(selected, store.tables), [selected, store]);
  const clear = useCallback(() => select(null), [select]);
  const setNarrows = (narrows: boolean) => {
    selection.narrows = narrows;
  };
  return { scope, narrows, setNarrows, clear };
}

/**
 * What the panel around shows. What was selected in it, an event, and the kinds named in `marked`,
 * do not narrow it: there it is only marked what belongs to them.
 */
export function useNarrowing(marked: readonly SelectionKind[] = []): Narrowing {
  const { scope, narrows, clear } = useSelectionScope();
  const [filter] = useFilter();
  const { filter: store, selection } = useView();
  const { id } = usePanel();
  const only = narrows && !isUnnarrowed(scope, marked, selection.origin === id) ? scope : null;
  return useMemo(() => {
    const clearAll = () => (only ? clear() : store.clear());
    return narrowingOf(filter, scope, only, clearAll);
  }, [filter, scope, only, store, clear]);
}
