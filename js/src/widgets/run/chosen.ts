// Which panels are in sight: those that the reader chose; until then the first that has something, beside the usual one.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Options } from "../../core/options";
import { recallChoice, remember } from "../../core/settings";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { PANELS } from "../../panels";
import { useAttention } from "./attention";
import { FIRST_TOPICS, firstPanel } from "./first";
import { type ChosenPanels, choose, type PreferredPanels, type Side } from "./layout";

const BESIDE = "timeline";

export interface Choice {
  readonly chosen: ChosenPanels;
  readonly select: (side: Side, id: string) => void;
}

type Box = { readonly current: HTMLElement | null };

/** `only` is the one panel to show, `two` whether there is room for two, `box` what they stand in. */
export function useChosen(only: string | null, two: boolean, box: Box): Choice {
  const { options } = useView();
  const [wanted, setWanted] = useState<PreferredPanels>(() => begin(only, options));
  const first = useStore(FIRST_TOPICS, (store) => wanted.left ?? firstPanel(store, wanted.right));
  const chosen = { left: first, right: wanted.right };
  const touched = useAttention(wanted, chosen, two, setWanted, only === null);
  useFirstUse(box, wanted.left === null, () => setWanted((now) => (now.left === null ? chosen : now)));
  const select = (side: Side, id: string) => {
    const next = choose(chosen, side, id);
    touched();
    setWanted(next);
    if (two) rememberPanels(chosen, next);
  };
  return { chosen, select };
}

/** Whoever uses what is in sight keeps it, whatever gets something later. */
function useFirstUse(box: Box, awaited: boolean, onUse: () => void): void {
  const latest = useRef(onUse);
  latest.current = onUse;
  useEffect(() => {
    if (!awaited) return;
    const stop = new AbortController();
    for (const name of ["pointerdown", "keydown", "wheel"]) {
      box.current?.addEventListener(name, () => latest.current(), { signal: stop.signal, passive: true });
    }
    return () => stop.abort();
  }, [box, awaited]);
}

/** What a reader has side by side, as far as they chose it; a panel that not every run has is none to begin with. */
function rememberPanels(before: ChosenPanels, next: ChosenPanels): void {
  for (const side of ["left", "right"] as const) {
    const panel = PANELS.find(({ id }) => id === next[side]);
    if (panel && !panel.optional && panel.id !== before[side]) remember(`panel-${side}`, panel.id);
  }
}

/** `opened` is the panel that whoever showed the run wants to see. */
function begin(only: string | null, { panel: opened, panels }: Options): PreferredPanels {
  const all = PANELS.map(({ id }) => id);
  const ids = panels?.filter((id) => all.includes(id)) ?? all;
  if (only !== null) return { left: all.includes(only) ? only : (all[0] as string), right: BESIDE };
  const left = recallChoice("panel-left", (panels && ids[0]) ?? "", ids) || null;
  const right = recallChoice("panel-right", (panels && ids.find((id) => id !== left)) ?? BESIDE, ids);
  if (opened !== undefined && all.includes(opened)) {
    const others = [right, left ?? BESIDE, ...ids].filter((id) => id !== opened);
    return { left: opened, right: others[0] as string };
  }
  return { left: left === right ? null : left, right };
}
