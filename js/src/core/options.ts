// What a view begins with: what the kernel's options say, and who showed it. `_options` in `lg_jupyter/widgets/live_widget.py`.

import type { Model } from "./connection/model";

export interface ViewOptions {
  /** In CSS pixels; without it, what the browser remembers. */
  readonly height?: number;
  /** The panel that is open at first; without it, what the reader chose lately. */
  readonly panel?: string;
  /** The panels that it has, in the order of their tabs; without it, all. */
  readonly panels?: readonly string[];
  /** Whether the run's header stands above the panels; without it, it does. */
  readonly header?: boolean;
  /** Whether its filter is its own, not that of the run's other views. */
  readonly own_filter?: boolean;
}

export function viewOptionsOf(model: Model): ViewOptions {
  return (model.get("_options") ?? {}) as ViewOptions;
}
