// What all views of one run on a page share, whichever widgets they belong to: selection and filter.

import { FilterStore } from "./filter";
import { SelectionStore } from "./selection";

export interface Shared {
  readonly selection: SelectionStore;
  readonly filter: FilterStore;
}

interface Held extends Shared {
  users: number;
}

const RUNS = new Map<string, Held>();

/** What the views of this run share, and how to say that one model needs it no more. */
export function share(key: string | null): readonly [Shared, () => void] {
  if (!key) return [{ selection: new SelectionStore(), filter: new FilterStore() }, () => undefined];
  const held = RUNS.get(key) ?? { selection: new SelectionStore(), filter: new FilterStore(), users: 0 };
  RUNS.set(key, held);
  held.users += 1;
  const release = () => {
    held.users -= 1;
    if (held.users === 0) RUNS.delete(key);
  };
  return [held, release];
}
