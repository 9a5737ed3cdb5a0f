// A panel in which something waits for the reader opens by itself, unless the reader chose another; when nothing
// waits any more, what was there before is back.

import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../../hooks/store";
import { PANELS } from "../../panels";
import { type ChosenPanels, choosePanel, type PreferredPanels } from "./layout";

const TOPICS = [...new Set(PANELS.filter(({ waits }) => waits).flatMap(({ topics }) => topics))];

/** Gives back what is to be called when the reader chooses a panel. `chosen` are the panels that `wanted` comes to. */
export function useAttention(
  wanted: PreferredPanels,
  chosen: ChosenPanels,
  two: boolean,
  setWanted: (wanted: PreferredPanels) => void,
  enabled: boolean,
): () => void {
  const waiting = useStore(
    TOPICS,
    (store) => PANELS.find(({ waits }) => (waits?.(store) ?? 0) > 0)?.id ?? null,
  );
  const touched = useRef(false);
  const moved = useRef<{ readonly from: PreferredPanels; readonly to: PreferredPanels } | null>(null);
  useEffect(() => {
    if (!enabled) return;
    if (waiting !== null && !touched.current && chosen.left !== waiting && chosen.right !== waiting) {
      const to = choosePanel(chosen, two ? "right" : "left", waiting);
      moved.current = { from: wanted, to };
      setWanted(to);
    } else if (waiting === null) {
      if (moved.current?.to === wanted) setWanted(moved.current.from);
      moved.current = null;
      touched.current = false;
    }
  }, [waiting, enabled]);
  return () => {
    touched.current = true;
  };
}
