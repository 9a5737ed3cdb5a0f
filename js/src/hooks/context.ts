// What every component can reach: the run's store, and the kernel to ask.

import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Call } from "../core/connection/methods";
import type { LoadModule } from "../core/modules";
import type { ViewOptions } from "../core/options";
import type { DrawPacer } from "../core/pace";
import type { Store } from "../core/store";
import type { DraftStore } from "../state/drafts";
import type { FilterStore } from "../state/filter";
import type { LinkedRuns } from "../state/linked";
import type { SelectionStore } from "../state/selection";

export interface View {
  readonly store: Store;
  /** Asks the kernel for what was not pushed. */
  readonly call: Call;
  /** Gets a module that does not come with the frame. */
  readonly load: LoadModule;
  /** Shared by all panels of all views of the run's model. */
  readonly selection: SelectionStore;
  readonly filter: FilterStore;
  /** What is being typed, of all views of the run. */
  readonly drafts: DraftStore;
  /** What it begins with. */
  readonly options: ViewOptions;
  /** What it has in common with the views beside it. */
  readonly linked?: LinkedRuns | undefined;
  /** What whoever draws it adds to its header. */
  readonly tools?: ComponentChildren;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("a component outside of a view");
  return view;
}

/** The panel around a component. */
export interface PanelFrame {
  readonly id: string;
  /** How often it is drawn anew while the run goes on. */
  readonly pace: DrawPacer | null;
}

/** Outside of panels: of no name, drawn anew at once. */
export const PanelContext = createContext<PanelFrame>({ id: "", pace: null });

export function usePanel(): PanelFrame {
  return useContext(PanelContext);
}
