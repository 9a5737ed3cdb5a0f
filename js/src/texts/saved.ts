// The texts of what is added to saved runs where there is no kernel.

export const SAVED_PAIR = {
  compare: "Compare with…",
  compareHint: "Show another saved run of this page beside this one",
  others: "Other saved runs of this page",
  none: "No other saved run is on this page yet.",
  close: "Close",
  closeHint: "Show the first run alone",
  region: "Two saved runs side by side",
  finalStates: (count: number) => `${count} end ${count === 1 ? "state" : "states"}`,
} as const;
