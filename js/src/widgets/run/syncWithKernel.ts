// The kernel's end of what narrows a run's views: `lg_jupyter/widgets/filtered_widget.py`.

import type { Call } from "../../core/connection/methods";
import type { Model } from "../../core/connection/model";
import type { Json } from "../../core/schema";
import type { SyncedValue, NumberedValue } from "../../state/syncedValue";

declare module "../../core/connection/methods" {
  interface Methods {
    /** Selects, or filters, if this number is the newest that the kernel has; gives back what holds now. */
    narrow: { params: { name: string; value: Json; known: number }; result: NumberedValue };
  }
}

const TRAIT = "_narrowing";

/** Keeps each of these values and the kernel's one, over the line of a model; gives back how to end that. */
export function syncWithKernel(
  model: Model,
  call: Call,
  synced: Readonly<Record<string, SyncedValue>>,
): () => void {
  const hear = () => {
    const told = (model.get(TRAIT) ?? {}) as Readonly<Record<string, NumberedValue>>;
    for (const [name, each] of Object.entries(synced)) if (told[name]) each.receive(told[name]);
  };
  const stops = Object.entries(synced).map(([name, each]) =>
    each.connect((value, known) => call("narrow", { name, value, known })),
  );
  hear();
  model.on(`change:${TRAIT}`, hear);
  return () => {
    model.off(`change:${TRAIT}`, hear);
    for (const stop of stops) stop();
  };
}
