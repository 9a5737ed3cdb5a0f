// The texts of the frame and of what all panels are drawn with. Each is short: at most twelve words, but for what
// explains, which stands under `explain`.

export const FRAME = {
  panels: "Panels",
  run: (target: string, id: string) => `${target || "a graph"}${id && `, ${id}`}`,
  region: (run: string, panel: string) => `LangGraph run of ${run}${panel && `, ${panel}`}`,
  divider: "Width of the left panel",
  edge: "Height of the panels",
  more: "More panels",
  morePanels: " more panels",
  waiting: " waiting for an answer",
  openOn: (tab: string, side: string) => `${tab}, on the ${side}; click: the next panel opens here`,
  onePanel: "Show one panel",
  twoPanels: "Show two panels side by side",
  sideBySide: "Side by side",
  loading: (rows: string) => `Loading ${rows}…`,
  notLoaded: (rows: string) => `Not loaded: ${rows}.`,
  newest: "Newest",
  help: { button: "Keys and marks ( ? )" },
} as const;

/** Of runs, tasks, namespaces and messages. */
export const STATUS = {
  pending: "Waiting",
  running: "Running",
  success: "Success",
  interrupted: "Interrupted",
  error: "Error",
  cancelled: "Cancelled",
  incomplete: "Incomplete",
  cached: "Cached",
  unreported: "Unreported",
  refused: "Refused",
  unknown: "Unknown",
} as const;

export const HEADER = {
  thread: (id: string) => `thread ${id}`,
  graph: "graph",
  kept: "kept",
  keptHint: (folder: string) => `The history is on: this run is kept in ${folder}`,
  elapsed: "elapsed",
  elapsedHint: "Without the time in which it waited",
  step: "step",
  steps: "steps",
  token: "token",
  tokens: "tokens",
  piecesHint: "Pieces of text received; no model told its usage",
  cost: "list price",
  costHint: "What calls of models cost in US dollars, by list price",
  unpriced: (calls: string) => `Without ${calls} whose cost is not known`,
  rate: "tok/s",
  rateHint: "Over the last seconds; of an ended run, over all of it",
  stop: "Stop",
  stopping: "Stopping…",
  stopHint: (run: string) => `Stop now; what was received is kept: ${run}.cancel()`,
  drain: "Stop after this step",
  draining: "Stopping after this step…",
  drainHint: (run: string) => `The step ends and is kept: ${run}.drain()`,
  code: "Code",
  codeHint: "Copy the code of this run",
  copyCode: (language: string) => `Copy the code in ${language}`,
} as const;

export const FILTER = {
  name: (run: string) => `Filter all panels of ${run}`,
  button: "Filter",
  filtering: "Filtered",
  hint: "Narrow all panels, and find a text in them ( / )",
  node: "Node",
  namespace: "Namespace",
  tag: "Tag",
  steps: "Steps",
  firstStep: "First step",
  lastStep: "Last step",
  from: "from",
  to: "to",
  search: "Search",
  field: "Text in all panels",
  clear: "Clear",
  previous: "Previous (Shift + Enter)",
  next: "Next (Enter)",
  found: (count: string) => `${count} found`,
  position: (nth: string, count: string) => `${nth} of ${count}`,
  inPart: "Of big values the beginning is searched: the kernel is gone.",
  inSavedPart: "Of what was left out for want of room nothing is searched.",
  chosen: "chosen",
  find: "Find",
  findInList: "Find in the list",
  others: (count: string) => `and ${count}`,
  other: "other",
  empty: "(empty)",
  noneFits: "None has it",
  noneYet: "None yet",
} as const;

export const SELECTION = {
  name: "Selection",
  showAll: "Show all",
  showOnly: "Show only this",
  narrows: "Panels show only it; click to show everything",
  marks: "Panels mark it; click to show only that",
  clear: "Clear the selection",
  clearHint: "Clear the selection (Esc)",
  clearFilter: "Clear the filter",
  within: (what: string, scope: string) => `${what} within ${scope}.`,
  showFailure: "Show it in the other panels",
  failedCall: "Show the call",
  failedCallHint: "What was sent, to whom, and what came back",
} as const;

export const VALUES = {
  copy: "Copy",
  copied: "Copied",
  notCopied: "Not copied",
  mayNotCopy: "the page may not copy",
  details: "Details",
  nothingMore: "Nothing more is known of it.",
  showMore: (step: string, rest: string) => `Show ${step} of ${rest} more`,
  showAll: (size: string) => `Show all ${size}`,
  showBefore: (size: string) => `Show the ${size} before this`,
  why: "Why",
  root: "root",
} as const;

export const ZOOM = {
  out: "Zoom out",
  outHint: "Zoom out (−)",
  in: "Zoom in",
  inHint: "Zoom in (+, or Ctrl and the wheel)",
  fit: "Fit",
  fitHint: "Show all of it (0, or a double click)",
} as const;

export const LINK = {
  kernelGone: "The kernel is gone",
  noKernel: "Not connected: show the run in a notebook again",
  again: "Ask again",
  loading: "Loading the panel…",
  missed: "Some messages were missed; catching up…",
  explain: {
    blocked: "This panel comes after the cell, which keeps the kernel from sending it.",
    late: "Loading the panel… The kernel has not sent it yet. If a cell keeps it busy, the panel comes after that.",
    silentPanel: "This panel comes from the kernel, which does not answer.",
    saved: "Saved run, not connected: to answer, fork or stop it, show it in a notebook again.",
    omitted: (what: string) => `Left out for want of room: ${what}.`,
    noRecord: "The page was reloaded, so this cell keeps no record: run.show() in a cell leaves one.",
    neverHeard: "No kernel answers for this view: the run's record keeps what happened.",
    silent: (seen: string) =>
      `The kernel does not answer.${seen} It is busy, or it is gone: then the run's state is unknown.`,
    silentAfter: "The kernel does not answer: what was not loaded yet stays on its side.",
    gone: (reason: string, seen: string) =>
      `The kernel is gone (${reason}): the run's state is unknown.${seen}`,
    goneAfter: "The kernel that ran this is gone: what was not loaded yet cannot be loaded.",
    seen: (time: string) => ` Last seen ${time}.`,
    mismatch: (page: string, kernel: string) =>
      `This page speaks protocol ${page}, the kernel ${kernel}: restart the kernel and reload the page, ` +
      "so that both use the same lg_jupyter.",
  },
} as const;
