import type { Store } from "../core/store";
import { useView, type View } from "../hooks/context";
import { useObservable } from "../hooks/observable";
import { RunSteering } from "./runSteering";

const steers = new WeakMap<Store, RunSteering>();

export function runSteeringOf({ store, call, drafts }: View): RunSteering {
  const known = steers.get(store) ?? new RunSteering(store, call, drafts);
  steers.set(store, known);
  return known;
}

/** How the run can be steered; draws anew when that changes. */
export function useRunSteering(): RunSteering {
  const steer = runSteeringOf(useView());
  useObservable(steer, () => steer.version);
  return steer;
}
