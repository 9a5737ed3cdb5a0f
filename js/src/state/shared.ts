// What all views of one run on a page share, whichever widgets they belong to: selection, filter, drafts.

import { DraftStore } from "./drafts";
import { filterOf, FilterStore, narrowing } from "./filter";
import type { Json } from "../core/schema";
import { type Selection, SelectionStore } from "./selection";
import { Synced } from "./synced";

export interface SharedState {
  readonly selection: SelectionStore;
  readonly filter: FilterStore;
  readonly drafts: DraftStore;
}

/** The same with what keeps it and the kernel's one. */
interface SyncedState extends SharedState {
  readonly synced: { readonly selection: Synced; readonly filter: Synced };
}

interface CountedState extends SyncedState {
  users: number;
}

const RUNS = new Map<string, CountedState>();

/** What the views of this run share, and how to say that one model needs it no more. */
export function share(
  key: string | null,
  begin: (filter: FilterStore) => void,
): readonly [SyncedState, () => void] {
  const held = (key && RUNS.get(key)) || { ...begunSynced(key, begin), users: 0 };
  if (!key) return [held, () => undefined];
  RUNS.set(key, held);
  held.users += 1;
  const release = () => {
    held.users -= 1;
    if (held.users === 0) RUNS.delete(key);
  };
  return [held, release];
}

/** `begin` gives the filter what the run was started with, which the kernel knows. */
function begunSynced(key: string | null, begin: (filter: FilterStore) => void): SyncedState {
  const state = begun(key);
  begin(state.filter);
  return {
    ...state,
    synced: { selection: syncedSelection(state.selection), filter: syncedFilter(state.filter) },
  };
}

/** The same with a filter that the run's other views do not share. */
export function withOwnFilter(shared: SyncedState): SyncedState {
  const filter = new FilterStore();
  return { ...shared, filter, synced: { ...shared.synced, filter: syncedFilter(filter) } };
}

/** What the kernel knows of the selection. */
function syncedSelection(selection: SelectionStore): Synced {
  const synced = new Synced(
    () => selection.get() as Json,
    (value) => selection.set(value as Selection),
  );
  selection.subscribe(() => synced.look());
  return synced;
}

/** What the kernel knows of a filter. */
function syncedFilter(filter: FilterStore): Synced {
  const synced = new Synced(
    () => narrowing(filter.get()),
    (value) => filter.set(filterOf(value)),
  );
  filter.subscribe(() => synced.look());
  return synced;
}

/** The state of a run's views before anybody touched them. */
export function begun(key: string | null): SharedState {
  return { selection: new SelectionStore(), filter: new FilterStore(), drafts: new DraftStore(key) };
}
