import type { Store } from "../core/store";
import { useView, type View } from "../hooks/context";
import { useObserved } from "../hooks/observed";
import { Steer } from "./steer";

const steers = new WeakMap<Store, Steer>();

export function steerOf({ store, call, drafts }: View): Steer {
  const known = steers.get(store) ?? new Steer(store, call, drafts);
  steers.set(store, known);
  return known;
}

/** How the run can be steered; draws anew when that changes. */
export function useSteer(): Steer {
  const steer = steerOf(useView());
  useObserved(steer, () => steer.version);
  return steer;
}
