// The texts of the panel Subgraphs.

export const SUBGRAPHS = {
  name: "Graphs and their subgraphs",
  waiting: "The graph has not started yet.",
  none: "No graph was seen to run.",
  noneFits: "No graph passes the filter.",
  columns: {
    name: "Graph",
    status: "Status",
    time: "Time",
    span: "When",
    tasks: "Tasks",
    messages: "Messages",
    input: "Tokens in",
    output: "out",
  },
  open: "Open",
  close: "Close",
  visit: "visit",
  of: (node: string) => `of ${node}`,
  counts: (tasks: string, messages: string) => `${tasks}, ${messages}`,
  tokens: (used: string) => `tokens: ${used}`,
  byTool: (tool: string) => `Run by the tool ${tool}`,
} as const;
