// The texts of a history's table.

export const HISTORY = {
  region: (folder: string) => `LangGraph runs kept in ${folder}`,
  title: "History",
  filter: "Filter the runs",
  all: "All",
  search: "Search in inputs, messages, outputs and errors",
  searchField: "Search",
  searchHint: "Words that stand anywhere in a run ( / )",
  run: "run",
} as const;

export const CHOSEN = {
  name: "What is done with the chosen runs",
  chosen: (runs: string) => `${runs} chosen`,
  compare: "Compare",
  compareHint: "Show the two chosen runs side by side",
  pin: "Pin",
  pinHint: "Keep them whatever the bounds of the history",
  unpin: "Unpin",
  unpinHint: "Delete them, as all others, when there is no room",
  remove: "Delete",
  removeHint: "Delete their files and all of their texts",
  confirm: (runs: string) => `Delete ${runs} for good`,
  keep: "Keep",
  none: "Choose none",
} as const;

export const RUNS = {
  name: "Kept runs",
  columns: { choose: "Choose", name: "Graph", started: "Started" },
  openRun: (run: string) => `Open the run ${run}`,
  chooseRun: (run: string) => `Choose the run ${run}`,
  pinned: "Pinned",
  opened: "The run is open below",
  compared: "Two runs are compared below",
  loading: "Loading…",
  none: "No run is kept here yet.",
  noneFits: "No run fits.",
  more: (runs: string) => `${runs} more: a search finds them`,
} as const;
