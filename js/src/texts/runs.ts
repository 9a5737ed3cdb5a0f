// The texts that every table of runs has.

export const RUN_TABLE = {
  name: "Runs",
  columns: {
    status: "Status",
    title: "Input",
    time: "Time",
    tokens: "Tokens",
    words: "Last words",
  },
  open: "Open",
  close: "Close it",
  closeHint: "Close it (Esc)",
  noUsage: "No model told its usage",
} as const;
