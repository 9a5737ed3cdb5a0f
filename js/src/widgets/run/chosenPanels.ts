// Which panels are in sight: those that the reader chose; until then the first that has something, beside the usual one.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ViewOptions } from "../../core/options";
import { readChoiceSetting, writeSetting } from "../../core/settings";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { PANELS } from "../../panels";
import type { LinkedRuns } from "../../state/linked";
import { useAttention } from "./attention";
import { FIRST_TOPICS, firstPanel } from "./firstPanel";
import { type ChosenPanels, choosePanel, type PreferredPanels, type Side } from "./layout";

const BESIDE = "timeline";

/** What two runs side by side begin with, as a comparison does; one alone, with the first panel that has something. */
const TOGETHER = "state";

export interface PanelChoice {
  readonly chosen: ChosenPanels;
  readonly select: (side: Side, id: string) => void;
}

type Box = { readonly current: HTMLElement | null };

/** `only` is the one panel to show, `two` whether there is room for two, `box` what they stand in. */
export function useChosenPanels(only: string | null, two: boolean, box: Box): PanelChoice {
  const { options, linked } = useView();
  const [wanted, setWanted] = useState<PreferredPanels>(
    () => linked?.panels ?? initialPanels(only, options, linked ? TOGETHER : ""),
  );
  useLinkedPanels(linked, setWanted);
  const first = useStore(FIRST_TOPICS, (store) => wanted.left ?? firstPanel(store, wanted.right));
  const chosen = { left: first, right: wanted.right };
  const touched = useAttention(wanted, chosen, two, setWanted, only === null && !linked);
  useFirstUse(box, wanted.left === null, () => setWanted((now) => (now.left === null ? chosen : now)));
  const select = (side: Side, id: string) => {
    const next = choosePanel(chosen, side, id);
    touched();
    setWanted(next);
    if (linked) linked.panels = next;
    if (two) rememberPanels(chosen, next);
  };
  return { chosen, select };
}

/** Shows what a view beside this one shows. */
function useLinkedPanels(linked: LinkedRuns | undefined, setWanted: (wanted: PreferredPanels) => void): void {
  useEffect(() => {
    const follow = () => linked?.panels && setWanted(linked.panels);
    follow(); // they may have been chosen since this was first drawn
    return linked?.subscribe(follow);
  }, [linked]);
}

/** Whoever uses what is in sight keeps it, whatever gets something later. */
function useFirstUse(box: Box, awaited: boolean, onUse: () => void): void {
  const latest = useRef(onUse);
  latest.current = onUse;
  useLayoutEffect(() => {
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
    if (panel && !panel.optional && panel.id !== before[side]) writeSetting(`panel-${side}`, panel.id);
  }
}

/** `opened` is the panel that whoever showed the run wants to see. */
function initialPanels(
  only: string | null,
  { panel: opened, panels }: ViewOptions,
  usual: string,
): PreferredPanels {
  const all = PANELS.map(({ id }) => id);
  const ids = panels?.filter((id) => all.includes(id)) ?? all;
  if (only !== null) return { left: all.includes(only) ? only : (all[0] as string), right: BESIDE };
  const left = readChoiceSetting("panel-left", (panels && ids[0]) ?? usual, ids) || null;
  const right = readChoiceSetting("panel-right", (panels && ids.find((id) => id !== left)) ?? BESIDE, ids);
  if (opened !== undefined && all.includes(opened)) {
    const others = [right, left ?? BESIDE, ...ids].filter((id) => id !== opened);
    return { left: opened, right: others[0] as string };
  }
  return { left: left === right ? null : left, right };
}
