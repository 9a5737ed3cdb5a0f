// The form of a graph: `lg_jupyter/form/widget.py` is its other side. What is typed is held here, for all views of
// the model, until it is given to a run.

import { h, render } from "preact";
import { fromKernel } from "../assets";
import { type View, ViewContext } from "../context";
import { FilterStore } from "../filter";
import { SelectionStore } from "../selection";
import { Store } from "../store";
import { Connection, type Model } from "../wire";
import { FormApp } from "./app";
import { Drafts, FormContext } from "./drafts";

interface Context {
  readonly model: Model;
}

interface RenderContext extends Context {
  readonly el: HTMLElement;
}

/** What several views of one line share. */
export function viewOf(model: Model): View & { close: () => void } {
  const store = new Store();
  const line = new Connection(model, store);
  const call = line.call.bind(line) as Connection["call"];
  return {
    store,
    call,
    load: (name) => fromKernel(name, call),
    selection: new SelectionStore(),
    filter: new FilterStore(),
    close: () => {
      line.close();
      store.dispose();
    },
  };
}

export default function widget() {
  let view: (View & { close: () => void }) | null = null;
  const drafts = new Drafts();
  return {
    initialize({ model }: Context): () => void {
      const made = viewOf(model);
      view = made;
      return made.close;
    },

    render({ model, el }: RenderContext): () => void {
      if (!view) throw new Error("lg_jupyter: rendered before it was initialized");
      const app = h(FormApp, {});
      const form = h(FormContext.Provider, { value: { drafts, model, viewOf }, children: app });
      render(h(ViewContext.Provider, { value: view, children: form }), el);
      return () => render(null, el);
    },
  };
}
