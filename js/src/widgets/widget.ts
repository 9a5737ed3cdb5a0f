// A widget beside the run's own: one store and one connection for each model, any number of views of it.

import { type ComponentChildren, type ComponentType, h, render } from "preact";
import { Connection } from "../core/connection/connection";
import type { Call } from "../core/connection/methods";
import type { Begin, Host } from "../core/host";
import type { Load } from "../core/modules";
import { type Keys, Store } from "../core/store";
import { dress } from "../core/styles";
import { keepFromTypesetting } from "../core/typesetting";
import { type View, ViewContext } from "../hooks/context";
import { FilterStore } from "../state/filter";
import { SelectionStore } from "../state/selection";

/** A view with a line of its own to the model. */
export interface OwnView extends View {
  readonly close: () => void;
}

const FOREVER = 2 ** 31 - 1; // milliseconds: a module is worth waiting for until the cell that blocks the kernel ends

/** How a view gets modules: the kernel is asked over its own line. */
export function loadOver({ load }: Host, call: Call): Load {
  return (name) => load(name, (wanted) => call("module", wanted, FOREVER));
}

/** What several views of one line share; `keys` are the tables that come over it, by default a run's. */
export function viewOf(host: Host, keys?: Keys): OwnView {
  const store = new Store(undefined, undefined, keys);
  const line = new Connection(host.model, store, host.early);
  const call: Call = line.call.bind(line);
  return {
    store,
    call,
    load: loadOver(host, call),
    selection: new SelectionStore(),
    filter: new FilterStore(),
    close: () => {
      line.close();
      store.dispose();
    },
  };
}

/** Draws a widget's tree into an element of the page; gives back how to take it away. */
export function drawn(el: HTMLElement, { release }: Host, tree: ComponentChildren): () => void {
  const undress = dress(el, release);
  keepFromTypesetting(el);
  render(tree, el);
  return () => {
    render(null, el);
    undress();
  };
}

/** What the loader calls: `App` on a store with these tables, `around` it what a model's views share beside that. */
export function widgetOf(
  App: ComponentType,
  keys?: Keys,
  around: (host: Host) => (app: ComponentChildren) => ComponentChildren = () => (app) => app,
): Begin {
  return (host) => {
    const view = viewOf(host, keys);
    const wrap = around(host);
    return {
      render: ({ el }) =>
        drawn(el, host, h(ViewContext.Provider, { value: view, children: wrap(h(App, {})) })),
      close: view.close,
    };
  };
}
