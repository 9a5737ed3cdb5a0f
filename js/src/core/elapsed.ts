// How long a run has taken, as far as its store tells. Pure but for the page's clock.

import { isFinal } from "./schema";
import type { Store } from "./store";

/** Seconds that the run has taken by the kernel's clock, without waits; between its messages ours carries on. */
export function elapsedSecondsNow(store: Store): number | null {
  const { summary, elapsed, link } = store;
  if (isFinal(summary.status)) {
    if (summary.elapsed !== null) return summary.elapsed;
    if (summary.started !== null && summary.ended !== null) return summary.ended - summary.started;
  }
  if (!elapsed) return null;
  const ticking = !isFinal(summary.status) && (link.state === "live" || link.state === "catching-up");
  return elapsed.seconds + (ticking ? (performance.now() - elapsed.heardAt) / 1000 : 0);
}
