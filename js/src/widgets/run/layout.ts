// Which panels are in sight: one behind tabs, or two side by side where there is room. Pure.

/** From this width on, in CSS pixels, two panels stand side by side. */
export const SIDE_BY_SIDE_WIDTH = 1000;

export const SHARE = { usual: 0.5, min: 0.25, max: 0.75 };

/** The ids of the panels in the left pane and the right one. */
export interface ChosenPanels {
  readonly left: string;
  readonly right: string;
}

/** The same as far as it was chosen; null is the first panel that has something. */
export type PreferredPanels = ChosenPanels | { readonly left: null; readonly right: string };

export type Side = keyof ChosenPanels;

/** Puts a panel on one side; if the other side shows it, the two change places. */
export function choosePanel(chosen: ChosenPanels, side: Side, panel: string): ChosenPanels {
  const other: Side = side === "left" ? "right" : "left";
  if (chosen[other] !== panel) return { ...chosen, [side]: panel };
  return side === "left" ? { left: panel, right: chosen.left } : { left: chosen.right, right: panel };
}
