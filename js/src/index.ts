// The widget: one store and one connection for each model, any number of views of it.

import { h, render } from "preact";
import { App } from "./app";
import { type Load, fromKernel } from "./assets";
import { type View, ViewContext } from "./context";
import { FilterStore } from "./filter";
import { SelectionStore } from "./selection";
import { Store } from "./store";
import { Connection, type Model } from "./wire";

interface Context {
  readonly model: Model;
}

interface RenderContext extends Context {
  readonly el: HTMLElement;
}

export default function widget(load: Load = fromKernel) {
  // anywidget calls this once for each model, so that views find here what `initialize` made.
  let store: Store | null = null;
  let connection: Connection | null = null;
  const selection = new SelectionStore();
  const filter = new FilterStore();
  return {
    initialize({ model }: Context): () => void {
      const made = new Store();
      const line = new Connection(model, made);
      store = made;
      connection = line;
      const begin = () => filter.begin(made.summary.filter);
      begin();
      made.subscribe(["summary"], begin);
      return () => {
        line.close();
        made.dispose();
      };
    },

    render({ model, el }: RenderContext): () => void {
      if (!store || !connection) throw new Error("lg_jupyter: rendered before it was initialized");
      const line = connection;
      const call = line.call.bind(line) as Connection["call"];
      const view: View = { store, call, load: (name) => load(name, call), selection, filter };
      const only = model.get("_panel");
      const app = h(App, { only: typeof only === "string" ? only : null });
      render(h(ViewContext.Provider, { value: view, children: app }), el);
      return () => render(null, el);
    },
  };
}
