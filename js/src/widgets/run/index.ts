// The widget: one store and one connection for each model, any number of views of it.

import "../../components/base.css";
import { type ComponentChildren, h } from "preact";
import { Connection } from "../../core/connection/connection";
import type { Call } from "../../core/connection/methods";
import type { Host, Widget } from "../../core/host";
import { viewOptionsOf } from "../../core/options";
import { Store } from "../../core/store";
import { type View, ViewContext } from "../../hooks/context";
import type { FilterStore } from "../../state/filter";
import type { LinkedRuns } from "../../state/linked";
import { acquireSharedState, withOwnFilter } from "../../state/sharedState";
import { BranchSwitcher } from "../../steer/BranchSwitcher";
import { watchVisibility } from "../visibility";
import { drawWidget, moduleLoaderOver } from "../drawWidget";
import { syncWithKernel } from "./syncWithKernel";
import { RunApp } from "./app";

/** What whoever draws a run may give beside what a loader does. */
export interface Around {
  readonly linked?: LinkedRuns | undefined;
  readonly tools?: ComponentChildren;
}

export const begin = (host: Host & Around): Widget => {
  const store = new Store();
  const line = new Connection(host.model, store, host.early, true);
  const call: Call = line.call.bind(line);
  const begun = (filter: FilterStore) => filter.setInitial(store.summary.filter);
  const [shared, release] = acquireSharedState(store.summary.key, begun);
  const options = viewOptionsOf(host.model);
  const { synced, ...state } = options.own_filter ? withOwnFilter(shared) : shared;
  if (!options.own_filter) store.subscribe(["summary"], () => begun(state.filter));
  const disconnect = syncWithKernel(host.model, call, synced);
  const unlink = host.linked?.addRun(state);
  const visibility = watchVisibility(store, call);
  const view: View = {
    store,
    call,
    load: moduleLoaderOver(host, call),
    ...state,
    options,
    linked: host.linked,
    tools: host.tools,
  };
  return {
    render({ model, el }) {
      const only = model.get("_panel");
      const app = h(RunApp, { only: typeof only === "string" ? only : null });
      const branches = h(BranchSwitcher, { host, children: app });
      const undraw = drawWidget(el, host, h(ViewContext.Provider, { value: view, children: branches }));
      const leave = visibility.add(el);
      return () => {
        leave();
        undraw();
      };
    },

    close() {
      disconnect();
      unlink?.();
      release();
      visibility.close();
      line.close();
      store.dispose();
    },
  };
};
