// The texts of what is edited where it is shown.

export const IN_PLACE = {
  run: "Run on from here",
  runHint: "A new run begins with this change; this one stays (Ctrl+Enter)",
  starting: "Starting…",
  leave: "Leave as it was",
  runs: (name: string) => `It runs: ${name}.show() shows it.`,
  text: "New text",
  content: "New content",
  valueOf: (key: string) => `New value of ${key}`,
  textOf: (nth: string, role: string) => `Text of message ${nth}, ${role}`,
  message: "message",
  written: (step: string) => `Written after step ${step}, in a new run.`,
  writtenAs: (step: string, node: string) => `Written after step ${step} as ${node}, in a new run.`,
  noStep: "?",
  writer: "Written as",
  pickOne: "choose a node",
  pick: (step: string) => `Several nodes ran in step ${step}: choose which wrote it.`,
  others: (nodes: string) => `What follows ${nodes} does not run.`,
  explain: {
    opaque: (path: string) =>
      `At ${path} is an object that JSON cannot say: write it in a cell, run.fork(…, values={…}).`,
    reducer: (key: string) =>
      `${key} has a reducer, which this langgraph cannot pass by: it is written through it.`,
    perhapsReducer: (key: string) => `If ${key} has a reducer, it is written through it.`,
  },
} as const;
