// What every component can reach: the run's store, and the kernel to ask.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FilterStore } from "../state/filter";
import type { SelectionStore } from "../state/selection";
import type { Store } from "../core/store";
import type { Assets } from "../core/assets";
import type { Connection } from "../core/connection/connection";

export interface View {
  readonly store: Store;
  /** Asks the kernel for what was not pushed. */
  readonly call: Connection["call"];
  /** Gets a module that does not travel with the widget. */
  readonly load: <Name extends keyof Assets>(name: Name) => Promise<Assets[Name]>;
  /** Shared by all panels of all views of the run's model. */
  readonly selection: SelectionStore;
  readonly filter: FilterStore;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("a component outside of a view");
  return view;
}
