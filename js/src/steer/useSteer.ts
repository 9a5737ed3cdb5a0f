import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "../core/store";
import { useView, type View } from "../hooks/context";
import { useObserved } from "../hooks/observed";
import { Steer } from "./steer";

const steers = new WeakMap<Store, Steer>();

function steerOf({ store, call }: View): Steer {
  const known = steers.get(store) ?? new Steer(store, call);
  steers.set(store, known);
  return known;
}

/** Where another module's components find the one that the frame has. */
export const SteerContext = createContext<Steer | null>(null);

/** How the run can be steered; draws anew when that changes. */
export function useSteer(): Steer {
  const view = useView();
  const steer = useContext(SteerContext) ?? steerOf(view);
  useObserved(steer, () => steer.version);
  return steer;
}
