// A widget beside the run's own: one store and one connection for each model, any number of views of it.

import { type ComponentChildren, type ComponentType, h } from "preact";
import { Connection } from "../core/connection/connection";
import type { Call } from "../core/connection/methods";
import type { Begin, Host } from "../core/host";
import { viewOptionsOf } from "../core/options";
import { type KeyColumns, Store } from "../core/store";
import { type View, ViewContext } from "../hooks/context";
import { HostedContext, makeHostedWidgets } from "../hooks/hosted";
import { makeSharedState } from "../state/sharedState";
import { drawWidget, moduleLoaderOver } from "./drawWidget";

/** A host that adds tools to the widget's own. */
export type HostWithTools = Host & { readonly tools?: ComponentChildren };

/** A view with a line of its own to the model. */
export interface OwnView extends View {
  readonly close: () => void;
}

/** What several views of one line share; `keys` are the tables that come over it, by default a run's. */
export function makeView(host: HostWithTools, keys?: KeyColumns): OwnView {
  const store = new Store(undefined, undefined, keys);
  const line = new Connection(host.model, store, host.early);
  const call: Call = line.call.bind(line);
  return {
    store,
    call,
    load: moduleLoaderOver(host, call),
    ...makeSharedState(store.summary.key),
    options: viewOptionsOf(host.model),
    tools: host.tools,
    close: () => {
      line.close();
      store.dispose();
    },
  };
}

/** What the loader calls: `App` on a store with these tables, `around` it what a model's views share beside that. */
export function widgetOf(
  App: ComponentType,
  keys?: KeyColumns,
  around: (host: Host, view: View) => (app: ComponentChildren) => ComponentChildren = () => (app) => app,
): Begin {
  return (host: HostWithTools) => {
    const view = makeView(host, keys);
    const hosted = makeHostedWidgets(host, view.call, view.load);
    const wrap = around(host, view);
    return {
      render({ el }) {
        const app = h(ViewContext.Provider, { value: view, children: wrap(h(App, {})) });
        return drawWidget(el, host, h(HostedContext.Provider, { value: hosted, children: app }));
      },
      close() {
        hosted.close();
        view.close();
      },
    };
  };
}
