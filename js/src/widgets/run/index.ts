// The widget: one store and one connection for each model, any number of views of it.

import "../../components/base.css";
import { h } from "preact";
import { Connection } from "../../core/connection/connection";
import type { Call } from "../../core/connection/methods";
import type { Begin } from "../../core/host";
import { Store } from "../../core/store";
import { type View, ViewContext } from "../../hooks/context";
import { share } from "../../state/shared";
import { Branches } from "../../steer/Branches";
import { drawn, loadOver } from "../widget";
import { App } from "./app";

export const begin: Begin = (host) => {
  const store = new Store();
  const line = new Connection(host.model, store, host.early);
  const [shared, release] = share(store.summary.key);
  const filter = () => shared.filter.begin(store.summary.filter);
  filter();
  store.subscribe(["summary"], filter);
  const call: Call = line.call.bind(line);
  const view: View = {
    store,
    call,
    load: loadOver(host, call),
    ...shared,
  };
  return {
    render({ model, el }) {
      const only = model.get("_panel");
      const app = h(App, { only: typeof only === "string" ? only : null });
      const viewed = h(ViewContext.Provider, { value: view, children: app });
      return drawn(el, host, h(Branches, { model, children: viewed }));
    },

    close() {
      release();
      line.close();
      store.dispose();
    },
  };
};
