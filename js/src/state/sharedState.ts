// What all views of one run on a page share, whichever widgets they belong to: selection, filter, drafts.

import { DraftStore } from "./drafts";
import { filterFromJson, FilterStore, filterToJson } from "./filter";
import type { Json } from "../core/schema";
import { type Selection, SelectionStore } from "./selection";
import { SyncedValue } from "./syncedValue";

export interface SharedState {
  readonly selection: SelectionStore;
  readonly filter: FilterStore;
  readonly drafts: DraftStore;
}

/** The same with what keeps it and the kernel's one. */
interface SyncedState extends SharedState {
  readonly synced: { readonly selection: SyncedValue; readonly filter: SyncedValue };
}

interface CountedState extends SyncedState {
  users: number;
}

const STATE_BY_RUN = new Map<string, CountedState>();

/** What the views of this run share, and how to say that one model needs it no more. */
export function acquireSharedState(
  key: string | null,
  begin: (filter: FilterStore) => void,
): readonly [SyncedState, () => void] {
  const held = (key && STATE_BY_RUN.get(key)) || { ...makeSyncedState(key, begin), users: 0 };
  if (!key) return [held, () => undefined];
  STATE_BY_RUN.set(key, held);
  held.users += 1;
  const release = () => {
    held.users -= 1;
    if (held.users === 0) STATE_BY_RUN.delete(key);
  };
  return [held, release];
}

/** `begin` gives the filter what the run was started with, which the kernel knows. */
function makeSyncedState(key: string | null, begin: (filter: FilterStore) => void): SyncedState {
  const state = makeSharedState(key);
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
function syncedSelection(selection: SelectionStore): SyncedValue {
  const synced = new SyncedValue(
    () => selection.get() as Json,
    (value) => selection.set(value as Selection),
  );
  selection.subscribe(() => synced.propose());
  return synced;
}

/** What the kernel knows of a filter. */
function syncedFilter(filter: FilterStore): SyncedValue {
  const synced = new SyncedValue(
    () => filterToJson(filter.get()),
    (value) => filter.set(filterFromJson(value)),
  );
  filter.subscribe(() => synced.propose());
  return synced;
}

/** The state of a run's views before anybody touched them. */
export function makeSharedState(key: string | null): SharedState {
  return { selection: new SelectionStore(), filter: new FilterStore(), drafts: new DraftStore(key) };
}
