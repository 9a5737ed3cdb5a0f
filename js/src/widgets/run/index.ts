// The widget: one store and one connection for each model, any number of views of it.

import "../../components/base.css";
import { h, render } from "preact";
import { fromKernel, type Loader } from "../../core/assets";
import { Connection } from "../../core/connection/connection";
import type { Call } from "../../core/connection/methods";
import type { Model } from "../../core/connection/model";
import { Store } from "../../core/store";
import { keepFromTypesetting } from "../../core/typesetting";
import { type View, ViewContext } from "../../hooks/context";
import { type Shared, share } from "../../state/shared";
import { Branches } from "../../steer/Branches";
import { App } from "./app";
import "../../panels/steering.css";

interface Context {
  readonly model: Model;
}

interface RenderContext extends Context {
  readonly el: HTMLElement;
}

export default function widget(loader: Loader = fromKernel) {
  // anywidget calls this once for each model, so that views find here what `initialize` made.
  let store: Store | null = null;
  let connection: Connection | null = null;
  let shared: Shared | null = null;
  return {
    initialize({ model }: Context): () => void {
      const made = new Store();
      const line = new Connection(model, made);
      store = made;
      connection = line;
      const [found, release] = share(made.summary.key);
      shared = found;
      const begin = () => found.filter.begin(made.summary.filter);
      begin();
      made.subscribe(["summary"], begin);
      return () => {
        release();
        line.close();
        made.dispose();
      };
    },

    render({ model, el }: RenderContext): () => void {
      if (!store || !connection || !shared) throw new Error("lg_jupyter: rendered before it was initialized");
      const line = connection;
      const call: Call = line.call.bind(line);
      const view: View = { store, call, load: loader(call), ...shared };
      const only = model.get("_panel");
      const app = h(App, { only: typeof only === "string" ? only : null });
      const viewed = h(ViewContext.Provider, { value: view, children: app });
      keepFromTypesetting(el);
      render(h(Branches, { model, children: viewed }), el);
      return () => render(null, el);
    },
  };
}
