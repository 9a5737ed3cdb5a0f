// The texts of the panel Graph.

export const GRAPH = {
  name: "Graph",
  scene: (count: string) => `Graph of ${count} nodes; arrow keys: other nodes, + and −: zoom`,
  loading: "Asking for the graph’s drawing…",
  blocked: "The kernel answers once the cell has ended.",
  again: "Ask again",
  across: "Draw across",
  downwards: "Draw downwards",
  open: "Open subgraphs",
  close: "Close subgraphs",
  pathSoFar: "path so far",
  conditional: "conditional",
  undeclared: "taken, not declared",
  undeclaredHint: "A Command(goto=…) of a node that declares no ends",
  save: "Save",
  saveHint: "Download the drawing; in Python: run.graph_svg()",
} as const;

export const NODE = {
  open: (node: string) => `Open ${node}`,
  close: (node: string) => `Close ${node}`,
  openHint: "Open the subgraph (e)",
  closeHint: "Close the subgraph (e)",
  subgraph: (node: string) => `${node}, subgraph`,
  sideBySide: (tasks: string, together: string, passed: string) =>
    `${tasks} side by side: ${together} of work in ${passed}`,
  idle: (node: string) => `${node}, has not run`,
} as const;

export const BREAKPOINT = {
  name: (when: string, node: string) => `Breakpoint ${when} ${node}`,
  hint: (breakpoint: string, key: string) => `${breakpoint} (${key}), from when the run goes on`,
  chosen: "They count when the run goes on or a branch begins.",
  undo: "Undo",
} as const;
