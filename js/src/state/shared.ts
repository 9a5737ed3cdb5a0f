// What all views of one run on a page share, whichever widgets they belong to: selection and filter. Each widget
// has a copy of this module, so what is shared is found on the page itself.

import { PROTOCOL } from "../core/connection/protocol";
import { FilterStore } from "./filter";
import { SelectionStore } from "./selection";

export interface Shared {
  readonly selection: SelectionStore;
  readonly filter: FilterStore;
}

interface Held extends Shared {
  users: number;
}

const PLACE = Symbol.for(`lg_jupyter/runs/${PROTOCOL}`);

/** What the views of this run share, and how to say that one model needs it no more. */
export function share(key: string | null): readonly [Shared, () => void] {
  if (!key) return [{ selection: new SelectionStore(), filter: new FilterStore() }, () => undefined];
  const page = globalThis as unknown as Record<symbol, Map<string, Held> | undefined>;
  const runs = page[PLACE] ?? new Map<string, Held>();
  page[PLACE] = runs;
  const held = runs.get(key) ?? { selection: new SelectionStore(), filter: new FilterStore(), users: 0 };
  runs.set(key, held);
  held.users += 1;
  const release = () => {
    held.users -= 1;
    if (held.users === 0) runs.delete(key);
  };
  return [held, release];
}
