// A widget beside the run's own: one store and one connection for each model, any number of views of it.

import { type ComponentType, h, render } from "preact";
import { fromKernel } from "./assets";
import { type View, ViewContext } from "./context";
import { FilterStore } from "./filter";
import { SelectionStore } from "./selection";
import { type Keys, Store } from "./store";
import { Connection, type Model } from "./wire";

interface Context {
  readonly model: Model;
}

interface RenderContext extends Context {
  readonly el: HTMLElement;
}

/** What anywidget calls: `App` on a store with these tables. */
export function widgetOf(App: ComponentType, keys: Keys) {
  return () => {
    let view: View | null = null;
    return {
      initialize({ model }: Context): () => void {
        const store = new Store(undefined, undefined, keys);
        const line = new Connection(model, store);
        const call = line.call.bind(line) as Connection["call"];
        const selection = new SelectionStore();
        view = { store, call, load: (name) => fromKernel(name, call), selection, filter: new FilterStore() };
        return () => {
          line.close();
          store.dispose();
        };
      },

      render({ el }: RenderContext): () => void {
        if (!view) throw new Error("lg_jupyter: rendered before it was initialized");
        render(h(ViewContext.Provider, { value: view, children: h(App, {}) }), el);
        return () => render(null, el);
      },
    };
  };
}
