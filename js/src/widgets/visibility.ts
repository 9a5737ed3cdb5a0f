// Tells the kernel whether a run's view can be seen: one that nobody sees is sent the same in fewer, larger messages.

import type { Call } from "../core/connection/methods";
import { isBlocked, isFinal } from "../core/schema";
import type { Store } from "../core/store";

/** Milliseconds until a view counts as hidden: what is but scrolled past is not worth a message. */
const LINGER = 1_000;
/** How near to the window a view is drawn as if it was in it. */
const NEAR = "200px";

export interface Visibility {
  /** Counts an element in, in which the run is drawn; gives back how to leave it out again. */
  readonly add: (element: Element) => () => void;
  readonly close: () => void;
}

/** Tells the kernel of a run's views on this page, for as long as something of the run may come. */
export function watchVisibility(store: Store, call: Call): Visibility {
  const page = Math.random().toString(36).slice(2);
  const inSight = new Set<Element>();
  let told = false; // as the kernel takes it before it hears of a page
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (visible: boolean) => {
    told = visible;
    call("watch", { page, visible }).catch(() => undefined); // a kernel that is gone
  };
  /** A run that is over sends nothing, and a kernel that is blocked hears nothing. */
  const look = () => {
    clearTimeout(timer);
    if (isFinal(store.summary.status) || isBlocked(store.summary)) return;
    const visible = inSight.size > 0 && document.visibilityState !== "hidden";
    if (visible === told) return;
    if (visible) tell(true);
    else timer = setTimeout(tell, LINGER, false);
  };
  const see = (target: Element, visible: boolean) => {
    if (visible) inSight.add(target);
    else inSight.delete(target);
    look();
  };
  const observer =
    typeof IntersectionObserver === "undefined"
      ? null
      : new IntersectionObserver(
          (entries) => {
            for (const { target, isIntersecting } of entries) see(target, isIntersecting);
          },
          { rootMargin: NEAR },
        );
  document.addEventListener("visibilitychange", look);
  const unsubscribe = store.subscribe(["summary"], look);
  return {
    add(element) {
      observer?.observe(element);
      see(element, true); // until the observer has looked
      return () => {
        observer?.unobserve(element);
        see(element, false);
      };
    },
    close() {
      clearTimeout(timer);
      unsubscribe();
      document.removeEventListener("visibilitychange", look);
      observer?.disconnect();
    },
  };
}
