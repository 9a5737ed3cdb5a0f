import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Observable } from "../core/observable";

/** How a component draws itself anew. */
export function useRedraw(): () => void {
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  return redraw as () => void;
}

/** What `read` reads, drawn anew when `subscribe`'s listener is called and it reads another value then. */
export function useExternalValue<T>(
  read: () => T,
  subscribe: (look: () => void) => () => void,
  sources: readonly unknown[],
): T {
  const redraw = useRedraw();
  const value = read();
  const latest = useRef({ read, value });
  latest.current = { read, value };
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(latest.current.read(), latest.current.value)) redraw();
    };
    look(); // what changed between drawing and listening
    return subscribe(look);
  }, sources);
  return value;
}

/** What `read` reads of an object that changes. */
export function useObservable<T>(observed: Observable, read: () => T): T {
  return useExternalValue(read, (look) => observed.subscribe(look), [observed]);
}
