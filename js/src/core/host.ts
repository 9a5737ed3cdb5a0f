// What a widget's module and the loader are to each other.

import type { Model } from "./connection/model";
import type { LoadModule } from "./modules";

/** What a widget's module gets. */
export interface Host {
  readonly model: Model;
  readonly release: string;
  readonly load: LoadModule;
  /** The messages that came before the module did. */
  readonly early: readonly unknown[];
}

/** A widget: one for each model, drawn any number of times. */
export interface Widget {
  /** Draws it into `el`; gives back how to take it away. */
  readonly render: (place: { readonly model: Model; readonly el: HTMLElement }) => () => void;
  readonly close: () => void;
}

/** What a widget's module exports, as `begin`. */
export type Begin = (host: Host) => Widget;
