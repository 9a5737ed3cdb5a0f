// The texts of a comparison.

export const COMPARE = {
  region: "Two LangGraph runs side by side",
  panels: "What is compared",
  loading: "Comparing…",
  onlyDifferences: "Only differences",
  hideSame: "Leave out what is the same",
  showSame: "Show what is the same, too",
  run: (letter: string) => `Run ${letter}`,
  runId: (id: string) => `run ${id}`,
  step: "step",
  toolCall: "tool call",
  tokensIn: "tokens in",
  tokensOut: "tokens out",
  cost: "list price",
  same: "the same",
  missing: "not there",
  noText: "(no text)",
  onlyIn: (letter: string) => `only in ${letter}`,
  loadingRest: "Loading…",
  loadAll: (size: string) => `Load all ${size}`,
} as const;

export const STATES = {
  title: "State",
  name: "The states at the end",
  state: "state",
  same: "Both runs ended in the same state, as far as known.",
  none: "No state is known of these runs.",
} as const;

export const MESSAGES = {
  title: "Messages",
  name: "Messages of both runs",
  same: "Both runs said the same.",
  none: "Neither run said anything.",
} as const;

export const TOOL_CALLS = {
  title: "Tool calls",
  name: "Tool calls of both runs",
  unnamed: "a tool",
  args: "arguments",
  result: "result",
  same: "Both runs called the same tools, with the same results.",
  none: "Neither run called a tool.",
} as const;

export const PATH = {
  title: "Path",
  name: "The path of both runs",
  same: "Both runs took the same path.",
  none: "No node ran, or the modes of the runs did not tell.",
} as const;

export const NODES = {
  title: "Nodes",
  name: "Nodes of both runs",
  columns: ["Node", "A", "B", "Difference", "Tokens A", "Tokens B"],
} as const;
