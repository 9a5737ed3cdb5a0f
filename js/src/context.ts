// What every component can reach: the run's store, and the kernel to ask.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "./store";
import type { Connection } from "./wire";

export interface View {
  readonly store: Store;
  /** Asks the kernel for what was not pushed. */
  readonly call: Connection["call"];
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("a component outside of a view");
  return view;
}
