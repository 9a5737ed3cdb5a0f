// A widget beside the run's own: one store and one connection for each model, any number of views of it.

import { type ComponentChildren, type ComponentType, h, render } from "preact";
import { Connection } from "../core/connection/connection";
import type { Call } from "../core/connection/methods";
import type { Model } from "../core/connection/model";
import { type Keys, Store } from "../core/store";
import { keepFromTypesetting } from "../core/typesetting";
import { type View, ViewContext } from "../hooks/context";
import { FilterStore } from "../state/filter";
import { SelectionStore } from "../state/selection";

interface Context {
  readonly model: Model;
}

interface RenderContext extends Context {
  readonly el: HTMLElement;
}

/** A view with a line of its own to the model. */
export interface OwnView extends View {
  readonly close: () => void;
}

/** These widgets are in one piece. */
const noModule = () => Promise.reject(new Error("lg_jupyter: no module is fetched here"));

/** What several views of one line share; `keys` are the tables that come over it, by default a run's. */
export function viewOf(model: Model, keys?: Keys): OwnView {
  const store = new Store(undefined, undefined, keys);
  const line = new Connection(model, store);
  const call: Call = line.call.bind(line);
  return {
    store,
    call,
    load: noModule,
    selection: new SelectionStore(),
    filter: new FilterStore(),
    close: () => {
      line.close();
      store.dispose();
    },
  };
}

/** What anywidget calls: `App` on a store with these tables, `around` it what a model's views share beside that. */
export function widgetOf(
  App: ComponentType,
  keys?: Keys,
  around: (model: Model) => (app: ComponentChildren) => ComponentChildren = () => (app) => app,
) {
  return () => {
    let view: OwnView | null = null;
    let wrap = (app: ComponentChildren) => app;
    return {
      initialize({ model }: Context): () => void {
        const made = viewOf(model, keys);
        view = made;
        wrap = around(model);
        return made.close;
      },

      render({ el }: RenderContext): () => void {
        if (!view) throw new Error("lg_jupyter: rendered before it was initialized");
        keepFromTypesetting(el);
        render(h(ViewContext.Provider, { value: view, children: wrap(h(App, {})) }), el);
        return () => render(null, el);
      },
    };
  };
}
